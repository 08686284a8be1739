import { useMemo } from "preact/hooks";
import { spokenDuration } from "@/lib/ui/duration.ts";
import { messageFor } from "@/lib/ui/messages.ts";
import { Notice, type NoticeWays } from "@/components/Notice.tsx";

/** Shorter than this nobody was in a call. */
const WORTH_TELLING_MS = 5_000;

/** A call that is over, or never came about. */
export function AfterCall({ code, startedAt = null, ways }: {
  code: string;
  startedAt?: number | null;
  ways: NoticeWays;
}) {
  const lasted = useMemo(
    () => {
      const ms = startedAt === null ? 0 : Date.now() - startedAt;
      return ms < WORTH_TELLING_MS ? null : spokenDuration(ms);
    },
    [startedAt],
  );
  return (
    <Notice message={messageFor(code)} ways={ways} focus>
      {lasted && <p>You were in the call for {lasted}.</p>}
    </Notice>
  );
}
