import { assertEquals } from "@std/assert";
import type { OccupiedRoom, RoomPage } from "@/lib/protocol/room.ts";
import { ListedRooms, ROOMS_AT_ONCE } from "@/lib/ui/listed_rooms.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { ROOM } from "../fakes/signaling_server.ts";

const room = (roomId: string, occupancy = 0): OccupiedRoom => ({
  ...ROOM,
  roomId,
  occupancy,
});

/** The document of a page, as far as it counts. */
class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";

  become(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** A list over a service with those rooms. */
function world(first: RoomPage | null, count: number) {
  const clock = new VirtualClock();
  const document = new FakeDocument();
  const all = Array.from({ length: count }, (_, index) => room(`r${index}`));
  const asked: { limit?: number; cursor?: string }[] = [];
  const service = { fails: false, delay: 0 };
  const list = new ListedRooms(first, {
    clock,
    document,
    list: async (page = {}) => {
      asked.push(page);
      const start = Number(page.cursor ?? 0);
      const rooms = all.slice(start, start + page.limit!);
      const end = start + rooms.length;
      await new Promise<void>((resolve) => clock.after(service.delay, resolve));
      if (service.fails) throw new TypeError("failed to fetch");
      return { rooms, ...end < all.length && { cursor: String(end) } };
    },
  });
  return { clock, document, all, asked, service, list };
}

Deno.test("ListedRooms shows what came with the page, and asks anew every 10 s", async () => {
  const first = { rooms: [room("r0"), room("r1")] };
  const { list, clock, all, asked } = world(first, 2);
  assertEquals(list.view.value.rooms, first.rooms);
  list.start();
  await clock.run(9_999);
  assertEquals(asked.length, 0);
  all[0] = room("r0", 3);
  await clock.run(1);
  assertEquals(asked, [{ limit: ROOMS_AT_ONCE, cursor: undefined }]);
  assertEquals(list.view.value.rooms?.[0].occupancy, 3);
  await clock.run(20_000);
  assertEquals(asked.length, 3);
  list.close();
  assertEquals(clock.waiting, 0);
});

Deno.test("ListedRooms asks at once where the page came without rooms", async () => {
  const { list, clock } = world(null, 1);
  assertEquals(list.view.value.rooms, null);
  list.start();
  await clock.run(0);
  assertEquals(list.view.value.rooms?.length, 1);
  list.close();
});

Deno.test("ListedRooms rests while nobody looks, and is fresh when somebody does", async () => {
  const { list, clock, document, asked } = world({ rooms: [] }, 1);
  list.start();
  document.become("hidden");
  await clock.run(60_000);
  assertEquals(asked.length, 0);
  document.become("visible");
  await clock.run(0);
  assertEquals(asked.length, 1);
  assertEquals(list.view.value.rooms?.length, 1);
  list.close();
  document.become("visible");
  await clock.run(60_000);
  assertEquals(asked.length, 1);
});

Deno.test("ListedRooms rests when nobody looks any more as an answer comes", async () => {
  const { list, clock, document, asked, service } = world(null, 1);
  service.delay = 1_000;
  list.start();
  await clock.run(500);
  document.become("hidden");
  await clock.run(60_000);
  assertEquals([asked.length, list.view.value.rooms?.length], [1, 1]);
  list.close();
});

Deno.test("ListedRooms gives more, page by page, and refreshes all that are shown", async () => {
  const { list, clock, all, asked } = world(null, 130);
  list.start();
  await clock.run(0);
  assertEquals(list.view.value.hasMore, true);
  for (let count = 2; count <= 6; count++) {
    const more = list.more();
    assertEquals(list.view.value.loadingMore, true);
    await clock.run(0);
    await more;
    assertEquals(list.view.value.rooms?.length, count * ROOMS_AT_ONCE);
  }
  assertEquals(asked.slice(-2), [
    { limit: 100, cursor: undefined },
    { limit: 20, cursor: "100" },
  ]);
  await Promise.all([list.more(), clock.run(0)]);
  assertEquals(list.view.value.rooms?.length, 130);
  assertEquals(list.view.value.hasMore, false);
  all[129] = room("r129", 2);
  await clock.run(10_000);
  assertEquals(list.view.value.rooms?.[129].occupancy, 2);
  list.close();
});

Deno.test("ListedRooms keeps what it has when the service is away, and says so until it is back", async () => {
  const { list, clock, service } = world(null, 3);
  list.start();
  await clock.run(0);
  service.fails = true;
  await clock.run(10_000);
  const { rooms, isStale } = list.view.value;
  assertEquals([rooms?.length, isStale], [3, true]);
  service.fails = false;
  await clock.run(10_000);
  assertEquals(list.view.value.isStale, false);
  list.close();
});

Deno.test("ListedRooms takes no answer that was overtaken, or came after the end", async () => {
  const { list, clock, service } = world(null, 50);
  service.delay = 1_000;
  list.start();
  await clock.run(500);
  const more = list.more();
  await clock.run(500);
  // The first answer is here; the one that was asked for since is not.
  assertEquals(list.view.value.rooms, null);
  await clock.run(500);
  await more;
  assertEquals(list.view.value.rooms?.length, 40);
  const late = list.more();
  list.close();
  await clock.run(5_000);
  await late;
  assertEquals(list.view.value.rooms?.length, 40);
});
