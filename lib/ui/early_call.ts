/** Entering without a lobby: by `?enter` in the link, or by a reload in the middle of a call. */
import { LocalMedia } from "@/lib/client/local_media.ts";
import { type LiveCall, openCall } from "@/lib/ui/call_state.ts";
import { keptCall, rememberedName } from "@/lib/ui/storage.ts";

/** What people bring along: both, the microphone alone, or neither. */
export type EnterWith = "video" | "sound" | "none";

/** Called by who did not give a name. */
const GUEST = "Guest";

/** What `?enter=…` asks for; null when the link does not ask to enter at once. */
export function enterWith(query: URLSearchParams): EnterWith | null {
  const value = query.get("enter");
  if (value === null) return null;
  return value === "video" || value === "none" ? value : "sound";
}

/** Whether this browser has WebRTC. */
export function canCall(): boolean {
  return typeof RTCPeerConnection !== "undefined";
}

/**
 * Starts the call that this page was loaded for, if it was, without waiting for the page to come to life. The server wrote what is
 * needed into the page: `data-room`, `data-enter` and `data-name`.
 */
export function earlyCall(
  page: HTMLElement | null | undefined = globalThis.document
    ?.querySelector<HTMLElement>("[data-room]"),
): LiveCall | null {
  const room = page?.dataset.room;
  if (room === undefined || !canCall()) return null;
  const kept = keptCall(room);
  if (kept !== null) {
    return openCall(room, { ...kept, media: new LocalMedia() });
  }
  const enter = page?.dataset.enter;
  if (enter === undefined) return null;
  return openCall(room, {
    name: page?.dataset.name || rememberedName() || GUEST,
    microphone: enter !== "none",
    camera: enter === "video",
    media: new LocalMedia(),
  });
}
