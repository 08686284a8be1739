/** Moments at which a page should look whether its connection still lives. */
import type { Platform } from "../platform.ts";

/** Calls `task` when the network comes or goes, and when the page comes back. The function that comes back ends that. */
export function wakeUps(
  { window, document }: Pick<Platform, "window" | "document">,
  task: () => void,
): () => void {
  const shown = () => {
    if (document?.visibilityState === "visible") task();
  };
  window?.addEventListener("online", task);
  window?.addEventListener("offline", task);
  // Back from the back/forward cache, in which sockets do not survive.
  window?.addEventListener("pageshow", task);
  document?.addEventListener("visibilitychange", shown);
  return () => {
    window?.removeEventListener("online", task);
    window?.removeEventListener("offline", task);
    window?.removeEventListener("pageshow", task);
    document?.removeEventListener("visibilitychange", shown);
  };
}
