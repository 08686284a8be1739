import type { Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import type { Members } from "./members.ts";
import type { RoomRecord, Rooms } from "./rooms.ts";
import type { Seats } from "./seats.ts";
import type { Switchboard } from "./switchboard.ts";
import type { Tokens } from "./tokens.ts";

/** The parts of an instance that its connections work with. */
export interface House {
  readonly lease: Lease;
  readonly members: Members;
  readonly rooms: Rooms;
  readonly seats: Seats;
  readonly switchboard: Switchboard;
  readonly tokens: Tokens;
  readonly log: Log;
}

/** Closes a room for everyone in it. */
export async function closeRoom(
  { rooms, members, switchboard }: House,
  room: RoomRecord,
): Promise<void> {
  await rooms.delete(room.roomId);
  const seats = await members.clear(room.roomId);
  await switchboard.roomClosed(room, seats.map(({ value }) => value));
}
