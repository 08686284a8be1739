import { check } from "@/lib/protocol/parse.ts";
import { CreateRoom } from "@/lib/protocol/room.ts";
import { Rooms } from "@/lib/server/rooms.ts";
import { Store } from "@/lib/server/store.ts";
import { VirtualClock } from "../fakes/clock.ts";

/** Rooms on a database of their own, with a clock that stands still; the store has the machine's, for its deadlines. */
export async function withRooms(
  test: (use: {
    rooms: Rooms;
    clock: VirtualClock;
    kv: Deno.Kv;
    create: (wish?: Record<string, unknown>) => ReturnType<Rooms["create"]>;
  }) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const clock = new VirtualClock(Date.now());
  const rooms = new Rooms(new Store(() => Promise.resolve(kv)), clock);
  try {
    await test({
      rooms,
      clock,
      kv,
      create: (wish = {}) => rooms.create(check(CreateRoom, wish)),
    });
  } finally {
    kv.close();
  }
}
