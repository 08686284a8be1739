import type { Clock } from "../protocol/clock.ts";
import type { Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import type { Members } from "./members.ts";
import type { Metrics } from "./metrics.ts";
import type { RoomRecord, Rooms } from "./rooms.ts";
import type { Seats } from "./seats.ts";
import type { Switchboard } from "./switchboard.ts";
import type { Tokens } from "./tokens.ts";

/** The parts of an instance that its connections work with. */
export interface House {
  readonly clock: Clock;
  readonly lease: Lease;
  readonly members: Members;
  readonly rooms: Rooms;
  readonly seats: Seats;
  readonly switchboard: Switchboard;
  readonly tokens: Tokens;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Closes a room for everyone in it. */
export async function closeRoom(
  { rooms, members, seats, switchboard }: House,
  room: RoomRecord,
): Promise<void> {
  const { roomId } = room;
  const deleted = rooms.delete(roomId).then(() => members.clear(roomId));
  const ended = await seats.surely(roomId, deleted);
  switchboard.roomClosed(room, ended.map(({ value }) => value));
}
