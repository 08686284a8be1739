import { assertEquals } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { Members } from "@/lib/server/members.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { Rig, type RunningInstance } from "./rig.ts";

/** Lets the next such operation of an instance happen, and holds its outcome back. `reached`: it has happened. */
function holdNext(
  { instance: { members } }: RunningInstance,
  name: "get" | "list" | "enter",
): { reached: Promise<void>; release: () => void } {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  // deno-lint-ignore no-explicit-any -- Three methods with nothing in common but this.
  const method = (members as any)[name].bind(members);
  const held: Partial<Members> = {
    [name]: async (...args: unknown[]) => {
      Object.assign(members, { [name]: method });
      const outcome = await method(...args);
      reached.resolve();
      await released.promise;
      return outcome;
    },
  };
  Object.assign(members, held);
  return { reached: reached.promise, release: () => released.resolve() };
}

for (const isApart of [true, false]) {
  const where = isApart ? "at another instance" : "at the same instance";
  Deno.test(`what is sent to a member that is read of before it is seated, ${where}, is told as a gap`, async () => {
    await using rig = new Rig();
    const one = await rig.start();
    const other = isApart ? await rig.start() : one;
    const room = await one.room();
    const ann = await one.enter(room, "Ann");
    const { token, memberId } = await other.join(room, "Ben");
    const entering = holdNext(other, "enter");
    const ben = other.connect(token);
    await entering.reached;
    const listing = holdNext(other, "list");
    entering.release();
    await listing.reached;
    one.instance.switchboard.doubt();
    await ann.next("join");
    ann.send({ type: "signal", to: memberId, data: "too early" });
    await ann.settled();
    listing.release();
    await ben.next("welcome");
    ann.send({ type: "signal", to: memberId, data: "in time" });
    assertEquals((await ben.next("signal")).data, "in time");
    assertEquals(ben.received.map(({ type }) => type).includes("gap"), true);
  });
}

Deno.test("a page whose seat ended, and whose next life was begun without an answer, is not taken over by itself", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const ben = await server.enter(room, "Ben");
  await ann.next("join");
  ben.close();
  await clock.advance(46_000, rig.settle);
  await ann.next("leave");
  const { members } = server.instance;
  const enter = members.enter.bind(members);
  members.enter = async (...args) => {
    members.enter = enter;
    await enter(...args);
    throw new ProtocolError("unavailable");
  };
  const unanswered = server.connect(ben.token, { incarnation: 1 });
  assertEquals((await unanswered.closed).code, 4503);
  const back = server.connect(ben.token, { incarnation: 1 });
  const { resumed, you } = await back.next("welcome");
  assertEquals([resumed, you.incarnation], [false, 2]);
  await back.next("gap");
  await ann.next("join");
  const late = server.connect(ben.token, { incarnation: 1 });
  await late.next("welcome");
  assertEquals((await back.closed).code, 4501);
  const again = server.connect(ben.token, { incarnation: 2 });
  assertEquals((await again.next("welcome")).resumed, true);
  assertEquals((await late.closed).code, 4501);
  const other = server.connect(ben.token);
  assertEquals((await other.next("welcome")).you.incarnation, 3);
  assertEquals((await again.closed).code, 4409);
  const stale = server.connect(ben.token, { incarnation: 1 });
  assertEquals((await stale.closed).code, 4409);
});

Deno.test("a page whose next life begins elsewhere, before its end was told here, is not taken over by itself", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room();
  const ann = await one.enter(room, "Ann");
  const ben = await one.enter(room, "Ben");
  const { members } = other.instance;
  await members.end((await members.get(room.roomId, ben.memberId))!, "timeout");
  const moved = other.connect(ben.token, { incarnation: 1 });
  assertEquals((await moved.next("welcome")).you.incarnation, 2);
  assertEquals((await ben.closed).code, 4501);
  assertEquals((await ann.next("back")).incarnation, 2);
});

Deno.test("an attempt that another connection of its member overtakes gives way, and may come again", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room();
  const { token } = await one.join(room, "Ann");
  const reading = holdNext(one, "get");
  const slow = one.connect(token);
  await reading.reached;
  const ann = other.connect(token);
  assertEquals((await ann.next("welcome")).you.incarnation, 1);
  reading.release();
  const outcome = await slow.next("welcome").catch(() => slow.closed);
  assertEquals(outcome, { code: 4501, reason: "moving" });
  assertEquals(await ann.settled(), []);
});

Deno.test("who comes back to the same instance is welcomed before the older connection is closed", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const { instance } = server;
  const { token } = await server.join(await server.room(), "Ann");
  const claims = await instance.tokens.verifyMember(token);
  const events: string[] = [];
  const connect = (name: string, incarnation?: number) => {
    const socket = {
      bufferedAmount: 0,
      send: (text: string) => events.push(`${name}: ${JSON.parse(text).type}`),
      close: (code: number) => events.push(`${name}: closed with ${code}`),
    };
    instance.reception.connect(socket, claims, incarnation);
    return rig.settle();
  };
  await connect("first");
  await connect("second", 1);
  assertEquals(events.filter((event) => !event.endsWith("gap")), [
    "first: welcome",
    "second: welcome",
    "first: bye",
    "first: closed with 4501",
  ]);
});

Deno.test("two who enter at the same moment at two instances see each other", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room();
  const { token } = await one.join(room, "Ben");
  const { reached, release } = holdNext(other, "list");
  const ben = other.connect(token);
  await reached;
  // Cem enters when Ben's instance has read who is there, and nobody of the room is there yet.
  const cem = await one.enter(room, "Cem");
  cem.send({ type: "signal", data: "too early for Ben" });
  await cem.settled();
  for (let n = 0; n < 5; n++) await rig.settle();
  release();
  assertEquals((await ben.next("welcome")).peers, []);
  await ben.next("gap");
  assertEquals((await ben.next("join")).from, cem.memberId);
});
