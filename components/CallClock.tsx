import { useEffect, useState } from "preact/hooks";
import { clockText } from "@/lib/ui/duration.ts";

/** How long the call has been going. It draws itself anew every second, and nothing around it. */
export function CallClock({ startedAt }: { startedAt: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class="clock" role="timer" aria-label="Duration of the call">
      {clockText(now - startedAt)}
    </span>
  );
}
