import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { check } from "@/lib/protocol/parse.ts";
import { ChangeRoom, Room } from "@/lib/protocol/room.ts";
import { isPin } from "@/lib/server/pin.ts";
import { publicRoom } from "@/lib/server/rooms.ts";
import { withRooms } from "./with_rooms.ts";

async function keys(kv: Deno.Kv): Promise<string[]> {
  const entries = await Array.fromAsync(kv.list({ prefix: [] }));
  return entries.map(({ key }) => key.join("/")).sort();
}

function codeOf(task: () => Promise<unknown>): Promise<string> {
  return assertRejects(task, ProtocolError).then(({ code }) => code);
}

Deno.test("Rooms.create() makes a room for two that anyone with its id can find for a day", () =>
  withRooms(async ({ rooms, create, clock }) => {
    const record = await create();
    assertMatch(record.roomId, /^[A-Za-z0-9_-]{16}$/);
    assertEquals(record.expiresAt, clock.now() + 86_400_000);
    assertEquals(publicRoom(record), {
      roomId: record.roomId,
      type: "voip",
      name: "",
      maxParticipants: 2,
      media: { audio: true, video: true, screen: true, chat: true },
      e2ee: false,
      listed: false,
      locked: false,
      pinRequired: false,
      topology: "mesh",
      createdAt: clock.now(),
      expiresAt: record.expiresAt,
    });
    const found = await rooms.find(record.roomId);
    assertEquals(publicRoom(found!), publicRoom(record));
  }));

Deno.test("Rooms.create() does what it is asked", () =>
  withRooms(async ({ create, clock }) => {
    const record = await create({
      type: "video",
      name: "Team\u202e",
      slug: "shack",
      maxParticipants: 9,
      media: { screen: false },
      e2ee: true,
      expiresIn: 300,
      listed: true,
      pin: "4711",
    });
    assertEquals(record.name, "Team");
    assertEquals(record.maxParticipants, 9);
    assertEquals(record.media.screen, false);
    assertEquals(record.media.audio, true);
    assertEquals(record.expiresAt, clock.now() + 300_000);
    assert(await isPin("4711", record.pin!));
    const shown = publicRoom(record);
    check(Room, shown);
    assertEquals([shown.slug, shown.pinRequired, shown.e2ee, shown.listed], [
      "shack",
      true,
      true,
      true,
    ]);
    assert(!("pin" in shown));
    assertEquals((await create({ type: "voice" })).maxParticipants, 10);
    assertEquals((await create({ persistent: true })).expiresAt, undefined);
  }));

Deno.test("Rooms.find() takes an id or a slug, and nothing else that comes in", () =>
  withRooms(async ({ rooms, create }) => {
    const record = await create({ slug: "shack", listed: true });
    assertEquals((await rooms.find("shack"))?.roomId, record.roomId);
    const others = [
      "",
      "Shack",
      "shack ",
      "shack/",
      `${record.roomId} `,
      record.roomId.slice(1),
      record.roomId + "A",
      "__proto__",
      "constructor",
      "\0",
      "\ud800",
      "a".repeat(100_000),
      "room",
      "../room",
    ];
    for (const text of others) assertEquals(await rooms.find(text), null);
  }));

Deno.test("Rooms.find() never gives a room that is over, even while its record lingers", () =>
  withRooms(async ({ rooms, create, clock, kv }) => {
    const { roomId } = await create({ slug: "shack", listed: true });
    await clock.advance(86_399_999);
    assert(await rooms.find("shack"));
    await clock.advance(1);
    assertEquals(await rooms.find(roomId), null);
    assertEquals(await rooms.find("shack"), null);
    assertEquals((await rooms.list({ limit: 10 })).rooms, []);
    assertEquals(
      await codeOf(() => rooms.change(roomId, { locked: true })),
      "room-not-found",
    );
    assert((await keys(kv)).includes(`room/${roomId}`));
  }));

Deno.test("Rooms.create() gives a slug to one room only, however many ask at once", () =>
  withRooms(async ({ rooms, create }) => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => create({ slug: "shack", listed: true })),
    );
    const made = results.filter(({ status }) => status === "fulfilled");
    assertEquals(made.length, 1);
    for (const result of results) {
      if (result.status === "rejected") {
        assertEquals(result.reason.code, "slug-taken");
      }
    }
    assertEquals((await rooms.list({ limit: 100 })).rooms.length, 1);
  }));

Deno.test("Rooms.create() gives the slug of a room that is over, or was deleted, to the next", () =>
  withRooms(async ({ rooms, create, clock }) => {
    const wish = { slug: "shack", listed: true, expiresIn: 300 };
    const first = await create(wish);
    await clock.advance(300_000);
    const second = await create(wish);
    assertEquals((await rooms.find("shack"))?.roomId, second.roomId);
    // What is left of the first must not take the slug from the second.
    await rooms.delete(first.roomId);
    assertEquals((await rooms.find("shack"))?.roomId, second.roomId);
    await rooms.delete(second.roomId);
    const third = await create(wish);
    assertEquals((await rooms.find("shack"))?.roomId, third.roomId);
  }));

Deno.test("Rooms.change() changes what is given and nothing else", () =>
  withRooms(async ({ rooms, create }) => {
    const { roomId, ...before } = await create({ pin: "1234", name: "One" });
    const changed = await rooms.change(
      roomId,
      check(ChangeRoom, {
        name: "Two",
        media: { video: false },
        locked: true,
        type: "video",
        e2ee: true,
        roomId: "x",
      }),
    );
    assertEquals(publicRoom(changed), {
      ...publicRoom({ roomId, ...before }),
      name: "Two",
      locked: true,
      media: { ...before.media, video: false },
    });
    assertEquals(
      publicRoom((await rooms.find(roomId))!),
      publicRoom(changed),
    );
    assert(await isPin("1234", changed.pin!));
    const other = await rooms.change(roomId, { pin: "5678" });
    assert(await isPin("5678", other.pin!));
    assertEquals((await rooms.change(roomId, { pin: null })).pin, undefined);
  }));

Deno.test("Rooms.change() loses none of many changes at once", () =>
  withRooms(async ({ rooms, create }) => {
    const { roomId } = await create();
    await Promise.all([
      rooms.change(roomId, { name: "New" }),
      rooms.change(roomId, { locked: true }),
      rooms.change(roomId, { maxParticipants: 7 }),
      rooms.change(roomId, { media: { audio: false } }),
      rooms.change(roomId, { media: { chat: false } }),
      rooms.change(roomId, { listed: true }),
    ]);
    const room = (await rooms.find(roomId))!;
    assertEquals([room.name, room.locked, room.maxParticipants, room.listed], [
      "New",
      true,
      7,
      true,
    ]);
    assertEquals([room.media.audio, room.media.chat], [false, false]);
  }));

Deno.test("Rooms.change() keeps a room with a slug from being open to guessing", () =>
  withRooms(async ({ rooms, create }) => {
    const { roomId } = await create({ slug: "shack", listed: true });
    assertEquals(
      await codeOf(() => rooms.change(roomId, { listed: false })),
      "invalid-message",
    );
    await rooms.change(roomId, { listed: false, pin: "1234" });
    assertEquals(
      await codeOf(() => rooms.change(roomId, { pin: null })),
      "invalid-message",
    );
    await rooms.change(roomId, { listed: true, pin: null });
  }));

Deno.test("Rooms.delete() leaves nothing of a room, and may be repeated", () =>
  withRooms(async ({ rooms, create, kv }) => {
    const { roomId } = await create({ slug: "shack", listed: true });
    assertEquals((await keys(kv)).length, 3);
    await rooms.delete(roomId);
    await rooms.delete(roomId);
    assertEquals(await keys(kv), []);
    assertEquals(await rooms.find(roomId), null);
  }));

Deno.test("Rooms.change() cannot bring back a room that was deleted meanwhile", () =>
  withRooms(async ({ rooms, create, kv }) => {
    const { roomId } = await create({ listed: true });
    await Promise.allSettled([
      rooms.delete(roomId),
      ...Array.from(
        { length: 20 },
        (_, i) => rooms.change(roomId, { name: `${i}`, listed: i % 2 === 0 }),
      ),
    ]);
    assertEquals(await keys(kv), []);
  }));
