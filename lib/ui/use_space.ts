/** How much room an element has, as it changes. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Size } from "@/lib/ui/tiling.ts";

/** The inner size of the element in CSS pixels; null before it is in the page. */
export function useSpace(element: RefObject<HTMLElement>): Size | null {
  const [space, setSpace] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const { clientWidth: width, clientHeight: height } = element.current!;
    setSpace({ width, height });
    const observer = new ResizeObserver(([{ contentRect }]) => {
      const { width, height } = contentRect;
      setSpace({ width, height });
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return space;
}
