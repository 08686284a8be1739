/** Rooms in people's words. */
import type { OccupiedRoom, RoomType } from "@/lib/protocol/room.ts";

/** What kinds of rooms there are, the usual one first. */
export const KINDS: readonly { type: RoomType; name: string; text: string }[] =
  [
    {
      type: "video",
      name: "Video call",
      text: "A group sees and hears each other.",
    },
    { type: "voip", name: "Call for two", text: "You and one other person." },
    {
      type: "voice",
      name: "Voice room",
      text: "Sound only, like a table to sit down at.",
    },
    { type: "chat", name: "Chat", text: "In writing only." },
  ];

/** What a kind of room is called. */
export function kindName(type: RoomType): string {
  return KINDS.find((kind) => kind.type === type)!.name;
}

/** What stands in the address of a room. */
export function roomAddress(
  { slug, roomId }: Pick<OccupiedRoom, "slug" | "roomId">,
): string {
  return slug ?? roomId;
}

/** How full a room is. */
export function occupancyText(
  { occupancy, maxParticipants }: Pick<
    OccupiedRoom,
    "occupancy" | "maxParticipants"
  >,
): string {
  return `${occupancy} of ${maxParticipants}`;
}
