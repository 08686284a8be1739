import { useEffect, useRef } from "preact/hooks";
import { LevelMeter as Meter } from "@/lib/client/media/level_meter.ts";

/** How loud the microphone is. The bar moves by a custom property, past the page's drawing, and past a CSP that forbids style attributes. */
export function LevelMeter({ stream }: { stream: MediaStream | null }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (stream === null) return;
    const meter = new Meter(stream);
    const ignore = meter.subscribe((level) => {
      element.current?.style.setProperty("--level", String(level / 100));
      element.current?.setAttribute("aria-valuenow", String(level));
    });
    return () => {
      ignore();
      meter.close();
    };
  }, [stream]);
  return (
    <div
      ref={element}
      class="level"
      role="meter"
      aria-label="Microphone level"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    />
  );
}
