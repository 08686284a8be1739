/** What people are told when others have switched off something of theirs, and what the button beside it says. */
import type { Stopped } from "@/lib/client/call/call_view.ts";

const MESSAGES: Record<
  Stopped["by"],
  Record<Stopped["kind"], { text: string; way: string }>
> = {
  host: {
    audio: { text: "A host has muted you.", way: "Unmute" },
    video: { text: "A host has stopped your camera.", way: "Start video" },
    screen: { text: "A host has stopped your screen.", way: "Share again" },
  },
  room: {
    audio: {
      text: "You can't speak in this room now: your microphone is off.",
      way: "OK",
    },
    video: {
      text: "Cameras aren't allowed in this room now: yours is off.",
      way: "OK",
    },
    screen: {
      text:
        "Screens can't be shared in this room now: yours is no longer shown.",
      way: "OK",
    },
  },
};

/** What a host asked for can be undone; what the room does not allow can only be read. */
export function stoppedMessage(
  { kind, by }: Stopped,
): { text: string; way: string } {
  return MESSAGES[by][kind];
}
