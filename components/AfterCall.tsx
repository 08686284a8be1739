import { useMemo } from "preact/hooks";
import { spokenDuration } from "@/lib/ui/duration.ts";
import { messageFor } from "@/lib/ui/messages.ts";
import { Notice, type NoticeWays } from "@/components/Notice.tsx";

/** A call that is over, or never came about. */
export function AfterCall({ code, startedAt = null, ways }: {
  code: string;
  startedAt?: number | null;
  ways: NoticeWays;
}) {
  const lasted = useMemo(
    () => startedAt === null ? null : spokenDuration(Date.now() - startedAt),
    [startedAt],
  );
  return (
    <Notice message={messageFor(code)} ways={ways} focus>
      {lasted && <p>You talked for {lasted}.</p>}
    </Notice>
  );
}
