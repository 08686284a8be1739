/** One element on the whole display. Fullscreen API. */
import { useEffect, useState } from "preact/hooks";

/** Whether this browser shows anything but videos so; those of iPhones do not. */
export function canFullScreen(): boolean {
  return globalThis.document?.fullscreenEnabled ?? false;
}

/** Shows the element on the whole display; ends that, whichever element it is of. */
export function toggleFullScreen(element: Element): void {
  const done = document.fullscreenElement === null
    ? element.requestFullscreen()
    : document.exitFullscreen();
  // Refused without a click of the person's own: nothing has changed then.
  done.catch(() => {});
}

/** Whether anything is. */
export function useFullScreen(): boolean {
  const [is, setIs] = useState(false);
  useEffect(() => {
    const look = () => setIs(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  return is;
}
