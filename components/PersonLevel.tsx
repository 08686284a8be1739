import { useEffect, useRef } from "preact/hooks";
import type { LiveCall } from "@/lib/ui/call_state.ts";

/** As often as it is measured, in milliseconds. */
const INTERVAL_MS = 100;

/** How loud somebody is. The bar moves past the page's drawing, as that of `LevelMeter`; who wants little movement has none (call_people.css). */
export function PersonLevel(
  { live, memberId }: { live: LiveCall; memberId: string },
) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timer = setInterval(() => {
      const level = live.activity.level(memberId) / 100;
      element.current?.style.setProperty("--level", String(level));
    }, INTERVAL_MS);
    return () => clearInterval(timer);
  }, [live, memberId]);
  return <span ref={element} class="person-level" aria-hidden="true" />;
}
