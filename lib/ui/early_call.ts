/** The call that the page's first script has begun. */
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { type LiveCall, openCall } from "@/lib/ui/call_state.ts";
import { earlyEntry } from "@/lib/ui/early_entry.ts";
import { HeadStart } from "@/lib/ui/head_start.ts";

/** Whether this browser has WebRTC. */
export function canCall(): boolean {
  return typeof RTCPeerConnection !== "undefined";
}

/** Takes it up, without waiting for the page to come to life; null where there is none. */
export function earlyCall(): LiveCall | null {
  const entry = earlyEntry();
  if (entry === null) return null;
  const headStart = new HeadStart(entry);
  return openCall(entry.room, { ...entry, headStart, media: new LocalMedia() });
}
