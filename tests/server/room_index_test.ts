import { assert, assertEquals } from "@std/assert";
import { withRooms } from "./with_rooms.ts";

Deno.test("Rooms.list() gives all listed rooms once, newest first, page by page", () =>
  withRooms(async ({ rooms, create, clock }) => {
    const made: string[] = [];
    for (let i = 0; i < 25; i++) {
      made.unshift((await create({ listed: true })).roomId);
      if (i % 3 > 0) await clock.advance(1);
    }
    await create();
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await rooms.list({ limit: 6, cursor });
      assert(page.rooms.length <= 6);
      seen.push(...page.rooms.map(({ roomId }) => roomId));
      cursor = page.cursor;
      pages++;
    } while (cursor !== undefined);
    assertEquals(pages, 5);
    assertEquals(new Set(seen), new Set(made));
    assertEquals(seen.length, 25);
    const times = await Promise.all(
      seen.map(async (id) => (await rooms.find(id))!.createdAt),
    );
    assertEquals(times, times.toSorted((a, b) => b - a));
  }));

Deno.test("Rooms.list() follows what is listed, taken off and deleted, and begins anew at a bad cursor", () =>
  withRooms(async ({ rooms, create }) => {
    const one = await create({ listed: true });
    const two = await create();
    await rooms.change(two.roomId, { listed: true });
    const listed = async (cursor?: string) =>
      (await rooms.list({ limit: 10, cursor })).rooms.map((r) => r.roomId)
        .sort();
    assertEquals(await listed(), [one.roomId, two.roomId].sort());
    for (const cursor of ["", "x", "1.", "9".repeat(40), "\0", "1.2.3"]) {
      assertEquals((await listed(cursor)).length, 2, cursor);
    }
    await rooms.change(one.roomId, { listed: false });
    assertEquals(await listed(), [two.roomId]);
    await rooms.delete(two.roomId);
    assertEquals(await listed(), []);
  }));
