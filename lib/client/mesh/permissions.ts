/** Who may send what. */
import type { Role } from "../../protocol/messages.ts";
import type { RoomMedia } from "../../protocol/room.ts";
import { MEDIA, type MediaName } from "./negotiation.ts";

/** Which of a room's `media` each transceiver belongs to. */
const BELONGS_TO: Record<MediaName, keyof RoomMedia> = {
  microphone: "audio",
  camera: "video",
  screen: "screen",
  screenAudio: "screen",
};

/** What a member with that role may send in a room that allows that. A listener: nothing. */
export function mayBeSent(
  role: Role,
  media: RoomMedia,
): ReadonlySet<MediaName> {
  if (role === "listener") return new Set();
  const names = MEDIA.map(({ name }) => name);
  return new Set(names.filter((name) => media[BELONGS_TO[name]]));
}
