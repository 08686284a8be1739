import {
  type CreateRoom,
  DEFAULT_MEDIA,
  DEFAULT_SEATS,
} from "../protocol/room.ts";
import { hashPin } from "./pin.ts";
import type { RoomRecord } from "./rooms.ts";

/** How long a room lives unless told otherwise. */
const ROOM_LIFE_MS = 86_400_000;

/** The record of a room that somebody wishes for at `now`, with everything that the wish leaves open. */
export async function newRoom(
  wish: CreateRoom,
  roomId: string,
  now: number,
): Promise<RoomRecord> {
  const life = wish.expiresIn === undefined
    ? ROOM_LIFE_MS
    : wish.expiresIn * 1_000;
  return {
    roomId,
    ...wish.slug !== undefined && { slug: wish.slug },
    type: wish.type,
    name: wish.name,
    maxParticipants: wish.maxParticipants ?? DEFAULT_SEATS[wish.type],
    media: { ...DEFAULT_MEDIA[wish.type], ...wish.media },
    e2ee: wish.e2ee,
    listed: wish.listed,
    locked: false,
    ...wish.pin !== undefined && { pin: await hashPin(wish.pin) },
    topology: "mesh",
    revision: 1,
    createdAt: now,
    ...!wish.persistent && { expiresAt: now + life },
  };
}
