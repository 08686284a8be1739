import type { Room } from "@/lib/protocol/room.ts";

/** What the pages of a room need to know of it before anyone has joined. Plain values: it travels inside the page. */
export interface PageRoom {
  roomId: string;
  /** The id or slug in the page's address: what an invitation shows. */
  address: string;
  name: string;
  locked: boolean;
  pinRequired: boolean;
  audio: boolean;
  video: boolean;
}

/** The public description of a room, as its pages need it. */
export function pageRoom(room: Room, address: string): PageRoom {
  const { roomId, name, locked, pinRequired, media } = room;
  const { audio, video } = media;
  return { roomId, address, name, locked, pinRequired, audio, video };
}
