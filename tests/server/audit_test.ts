import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { Members } from "@/lib/server/members.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { apart, Rig, type RunningInstance } from "./rig.ts";

/** Lets the next such change happen, and be given up as if its answer had not come in time. */
function giveUpNext(
  { instance: { members, store } }: RunningInstance,
  name: "seat" | "enter" | "change" | "remove" | "end",
): void {
  // deno-lint-ignore no-explicit-any -- Five methods with nothing in common but this.
  const method = (members as any)[name].bind(members);
  const given: Partial<Members> = {
    [name]: async (...args: unknown[]) => {
      Object.assign(members, { [name]: method });
      await method(...args);
      store.onOverdue();
      throw new ProtocolError("unavailable");
    },
  };
  Object.assign(members, given);
}

Deno.test("a seat that was taken by a write that had been given up is found, and ends by time", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const { members } = server.instance;
  giveUpNext(server, "seat");
  await server.join(room, "Ann").catch(() => {});
  assertEquals((await members.list(room.roomId)).length, 1);
  await clock.advance(58_000, rig.settle);
  assertEquals((await members.list(room.roomId)).length, 0);
});

Deno.test("a seat that was ended by a write that had been given up is told of, and its connection closed", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  giveUpNext(other, "remove");
  ben.send({ type: "leave" });
  assertEquals((await ben.next("error")).code, "unavailable");
  await clock.advance(11_000, rig.settle);
  assertEquals((await ann.next("leave")).from, ben.memberId);
  assertEquals((await ben.closed).code, 4410);
});

Deno.test("what a member says of itself by a write that had been given up is told, here and elsewhere", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const room = await one.room({ maxParticipants: 3 });
  const ann = await one.enter(room, "Ann");
  const ben = await other.enter(room, "Ben");
  const cid = await other.enter(room, "Cid");
  await ann.next("join");
  giveUpNext(other, "change");
  ben.send({ type: "track-state", kind: "video", enabled: true });
  await clock.advance(100, rig.settle);
  assertEquals((await ben.next("error")).code, "unavailable");
  await clock.advance(11_000, rig.settle);
  for (const witness of [ann, cid]) {
    const [told] = (await witness.settled())
      .filter(({ type }) => type === "track-state");
    assertEquals(told, {
      type: "track-state",
      from: ben.memberId,
      kind: "video",
      enabled: true,
    });
  }
});

Deno.test("a leave that was given up, by who is gone before that: the others are told", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  const { members } = other.instance;
  const remove = members.remove.bind(members);
  members.remove = async (...args) => {
    await remove(...args);
    ben.close();
    await ben.closed;
    throw new ProtocolError("unavailable");
  };
  ben.send({ type: "leave" });
  await ben.closed;
  await clock.advance(11_000, rig.settle);
  assertEquals((await ann.next("leave")).from, ben.memberId);
});

Deno.test("who leaves again after a leave that was given up has left at once", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  giveUpNext(other, "remove");
  ben.send({ type: "leave" });
  assertEquals((await ben.next("error")).code, "unavailable");
  ben.send({ type: "leave" });
  assertEquals((await ben.closed).code, 4410);
  assertEquals((await ann.next("leave")).reason, "left");
});

Deno.test("a reload that was given up leaves nobody here who is not: the others see it away", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await apart([server, server]);
  giveUpNext(server, "enter");
  const again = server.connect(ben.token);
  assertEquals((await again.closed).code, 4503);
  await clock.advance(11_000, rig.settle);
  assertEquals((await ben.closed).code, 4500);
  assertEquals((await ann.next("away")).from, ben.memberId);
  await clock.advance(46_000, rig.settle);
  assertEquals((await ann.next("leave")).from, ben.memberId);
});

Deno.test("a return that was given up while the older connection lives: that one goes on", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await apart([server, server]);
  giveUpNext(server, "enter");
  const again = server.connect(ben.token, { incarnation: 1 });
  assertEquals((await again.closed).code, 4503);
  await clock.advance(11_000, rig.settle);
  assertEquals((await ann.next("back")).incarnation, 1);
  ben.send({ type: "presence", handRaised: true });
  await clock.advance(100, rig.settle);
  assertEquals((await ann.next("presence")).handRaised, true);
  ben.close();
  assertEquals((await ann.next("away")).from, ben.memberId);
});

Deno.test("a seat whose end was given up is told of when that is tried again", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  ben.close();
  await ann.next("away");
  giveUpNext(other, "end");
  await clock.advance(52_000, rig.settle);
  assertEquals((await ann.next("leave")).reason, "timeout");
});

Deno.test("who is connected, or on the way in, is left alone", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await apart([server, server]);
  const { members, store } = server.instance;
  const list = members.list.bind(members);
  let goOn = () => {};
  const waiting = new Promise<void>((resolve) => goOn = resolve);
  members.list = async (roomId) => {
    members.list = list;
    await waiting;
    return await list(roomId);
  };
  const again = server.connect(ben.token, { incarnation: 1 });
  await rig.settle();
  store.onOverdue();
  await clock.advance(11_000, rig.settle);
  goOn();
  await again.next("welcome");
  await ann.next("back");
  await clock.advance(60_000, rig.settle);
  assertEquals(
    (await ann.settled()).filter(({ type }) => type !== "pong"),
    [],
  );
});

/** A host removes Eve, who is at another instance: that is given up, and happens all the same. */
async function removalGivenUp(rig: Rig) {
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const room = await one.room();
  const host = await one.enter(room, "Ann", "host");
  const eve = await other.enter(room, "Eve");
  await host.next("join");
  giveUpNext(one, "remove");
  host.send({ type: "remove", memberId: eve.memberId });
  assertEquals((await host.next("error")).code, "unavailable");
  return { clock, host, eve };
}

Deno.test("a member whose removal was given up, and happened, is thrown out at another instance", async () => {
  await using rig = new Rig();
  const { clock, host, eve } = await removalGivenUp(rig);
  await clock.advance(11_000, rig.settle);
  assertEquals((await eve.closed).code, 4403);
  assertEquals((await host.next("leave")).reason, "removed");
});

Deno.test("a host who removes again whose removal was given up need not wait", async () => {
  await using rig = new Rig();
  const { host, eve } = await removalGivenUp(rig);
  host.send({ type: "remove", memberId: eve.memberId });
  assertEquals((await eve.closed).code, 4403);
});

Deno.test("who is out without having been told finds out with the next thing that it does", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [, ben] = await apart([server, server]);
  const { members } = server.instance;
  const [seat] = [...server.instance.switchboard.seated()].filter(
    ({ entry }) => entry.value.memberId === ben.memberId,
  );
  await members.remove(seat.entry.value.roomId, ben.memberId, "removed");
  ben.send({ type: "presence", handRaised: true });
  await clock.advance(100, rig.settle);
  assertEquals((await ben.closed).code, 4403);
});

Deno.test("a room whose end was given up half way is closed for everyone, on every instance", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const room = await one.room();
  const ann = await one.enter(room, "Ann");
  const ben = await other.enter(room, "Ben");
  const { members } = one.instance;
  const { clear } = members;
  members.clear = () => {
    members.clear = clear;
    return Promise.reject(new ProtocolError("unavailable"));
  };
  await assertRejects(() => one.instance.closeRoom(room), ProtocolError);
  await clock.advance(11_000, rig.settle);
  assertEquals((await ann.closed).code, 4404);
  assertEquals((await ben.closed).code, 4404);
});

Deno.test("two connections of one member on their way in: the end of the first does not expose the second", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await apart([server, server]);
  const { members, store } = server.instance;
  const list = members.list.bind(members);
  const goOn: (() => void)[] = [];
  members.list = async (roomId) => {
    await new Promise<void>((resolve) => goOn.push(resolve));
    return await list(roomId);
  };
  const first = server.connect(ben.token, { incarnation: 1 });
  while (goOn.length < 1) await rig.settle();
  const second = server.connect(ben.token, { incarnation: 1 });
  while (goOn.length < 2) await rig.settle();
  members.list = list;
  goOn[0]();
  await first.next("welcome");
  store.onOverdue();
  await clock.advance(11_000, rig.settle);
  goOn[1]();
  await second.next("welcome");
  await clock.advance(60_000, rig.settle);
  const told = (await ann.settled()).map(({ type }) => type);
  assertEquals(told.filter((type) => type === "away" || type === "leave"), []);
});
