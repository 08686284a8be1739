/** What a host fills in to change a living room. */
import type { RoomChange } from "@/lib/client/api.ts";
import type { Room, RoomMedia } from "@/lib/protocol/room.ts";
import { seatsOf } from "@/lib/ui/room_wish.ts";

/** The form as it stands: texts as they were typed. */
export interface RoomForm {
  name: string;
  /** A new one; empty: as it is. */
  pin: string;
  withoutPin: boolean;
  seats: string;
  listed: boolean;
  locked: boolean;
  media: RoomMedia;
}

/** The form of a room as it is. */
export function roomForm(room: Room): RoomForm {
  const { name, maxParticipants, listed, locked, media } = room;
  const seats = String(maxParticipants);
  return { name, pin: "", withoutPin: false, seats, listed, locked, media };
}

/** What is to be changed: what differs from the room, so that two hosts do not undo what the other does. */
export function changeOf(room: Room, form: RoomForm): RoomChange {
  const before = roomForm(room);
  const media = (Object.keys(form.media) as (keyof RoomMedia)[])
    .filter((kind) => form.media[kind] !== before.media[kind]);
  return {
    ...form.name !== before.name && { name: form.name },
    ...form.seats !== before.seats &&
      { maxParticipants: seatsOf(form.seats) },
    ...form.listed !== before.listed && { listed: form.listed },
    ...form.locked !== before.locked && { locked: form.locked },
    ...media.length > 0 && {
      media: Object.fromEntries(media.map((kind) => [kind, form.media[kind]])),
    },
    ...form.withoutPin ? { pin: null } : form.pin !== "" && { pin: form.pin },
  };
}

export function isEmpty(change: RoomChange): boolean {
  return Object.keys(change).length === 0;
}
