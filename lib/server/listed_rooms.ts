import type { OccupiedRoom, RoomPage } from "../protocol/room.ts";
import type { Instance } from "./instance.ts";
import { publicRoom, type RoomRecord } from "./rooms.ts";

/** A room as anyone may see it, with how many are in it. */
export async function occupiedRoom(
  record: RoomRecord,
  instance: Pick<Instance, "occupancy">,
): Promise<OccupiedRoom> {
  const occupancy = await instance.occupancy(record.roomId);
  return { ...publicRoom(record), occupancy };
}

/**
 * The listed rooms, newest first, `limit` at most from `cursor` on.
 *
 * @throws {ProtocolError} `unavailable`.
 */
export async function listedRooms(
  instance: Pick<Instance, "occupancy" | "rooms">,
  options: { limit: number; cursor?: string },
): Promise<RoomPage> {
  const { rooms, cursor } = await instance.rooms.list(options);
  return {
    rooms: await Promise.all(
      rooms.map((record) => occupiedRoom(record, instance)),
    ),
    ...cursor !== undefined && { cursor },
  };
}
