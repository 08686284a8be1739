import { useEffect, useMemo } from "preact/hooks";
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
  const message = messageFor(code);
  // The page's title is that of the room: for who looks for the tab, the call would still go on.
  useEffect(() => {
    const before = document.title;
    document.title = `${message.title} – Ringdown`;
    return () => {
      document.title = before;
    };
  }, [message]);
  return (
    <Notice message={message} ways={ways} focus>
      {lasted && <p>You were in the call for {lasted}.</p>}
    </Notice>
  );
}
