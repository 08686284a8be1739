import { assertEquals } from "@std/assert";
import type { Parcel } from "@/lib/server/bus/carrier.ts";
import { VirtualClock } from "../fakes/clock.ts";
import type { RosterChange } from "@/lib/server/roster.ts";
import { apart, Rig, type TestClient } from "./rig.ts";

const types = (client: TestClient) => client.received.map(({ type }) => type);

Deno.test("instances that share nothing but the database: news and signals arrive, in order", async () => {
  await using rig = new Rig();
  const start = () =>
    rig.start({ carriers: [], env: { LIMIT_MESSAGE_BURST: "1000" } });
  const [ann, ben] = await apart([await start(), await start()]);
  for (let n = 0; n < 300; n++) {
    ann.send({ type: "signal", to: ben.memberId, data: n });
  }
  for (let n = 0; n < 300; n++) {
    assertEquals((await ben.next("signal")).data, n);
  }
  ben.send({ type: "signal", data: "to all" });
  assertEquals((await ann.next("signal")).data, "to all");
  ben.send({ type: "presence", handRaised: true });
  assertEquals((await ann.next("presence")).handRaised, true);
  ben.send({ type: "leave" });
  assertEquals((await ann.next("leave")).reason, "left");
});

Deno.test("who comes back elsewhere is told of a gap if signals may have gone to where it was", async () => {
  await using rig = new Rig();
  const [one, other, third] = [
    await rig.start(),
    await rig.start(),
    await rig.start(),
  ];
  const [ann, ben] = await apart([one, other]);
  ann.send({ type: "signal", to: ben.memberId, data: "unnumbered" });
  await ben.next("signal");
  const moved = third.connect(ben.token, { incarnation: 1 });
  await moved.next("gap");
  await ann.next("back");
  assertEquals((await moved.next("gap")).type, "gap");
});

Deno.test("who comes back elsewhere before its loss was noticed is told of a gap, too", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room({ maxParticipants: 2 });
  const ann = await one.enter(room, "Ann");
  const ben = await one.enter(room, "Ben");
  ann.send({ type: "signal", to: ben.memberId, data: "unnumbered" });
  await ben.next("signal");
  const moved = other.connect(ben.token, { incarnation: 1 });
  await moved.next("gap");
  await ann.next("back");
  assertEquals((await moved.next("gap")).type, "gap");
});

Deno.test("a return that an instance learns of because somebody else comes in is told as a gap, too", async () => {
  await using rig = new Rig();
  const mute = {
    ...rig.hub.carrier(),
    carry: () => new Promise<boolean>(() => {}),
  };
  const [one, other] = [await rig.start(), await rig.start()];
  const third = await rig.start({ carriers: [mute] });
  const room = await one.room({ maxParticipants: 3 });
  const ann = await one.enter(room, "Ann");
  const ben = await other.enter(room, "Ben");
  await ann.next("join");
  ann.send({ type: "signal", data: "unnumbered" });
  await ben.next("signal");
  const moved = third.connect(ben.token, { incarnation: 1 });
  await moved.next("gap");
  await one.enter(room, "Cleo");
  assertEquals((await moved.next("gap")).type, "gap");
});

Deno.test("a signal without a number that is late does not reach a newer connection, which may have had it", async () => {
  await using rig = new Rig();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const carrier = rig.hub.carrier();
  const slow = {
    ...carrier,
    carry: async (to: string, parcel: Parcel) => {
      if (parcel.messages.includes("late")) await released;
      return await carrier.carry(to, parcel);
    },
  };
  const one = await rig.start({ carriers: [slow] });
  const other = await rig.start();
  const [ann, ben] = await apart([one, other]);
  ann.send({ type: "signal", data: "late, to all" });
  ann.send({ type: "signal", to: ben.memberId, data: "late, to Ben" });
  await ann.settled();
  const moved = other.connect(ben.token, { incarnation: 1 });
  await ann.next("back");
  release();
  ann.send({ type: "signal", data: "in time" });
  assertEquals((await moved.next("signal")).data, "in time");
});

Deno.test("who comes back elsewhere is told of one gap where all signals are numbered", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const third = await rig.start();
  const [ann, ben] = await apart([one, other]);
  const { memberId: to } = ben;
  ann.send({ type: "signal", to, toIncarnation: 1, id: 1, data: "numbered" });
  await ben.next("signal");
  const moved = third.connect(ben.token, { incarnation: 1 });
  await ann.next("back");
  ann.send({ type: "signal", to, toIncarnation: 1, id: 2, data: "later" });
  await moved.next("signal");
  assertEquals(types(moved).filter((type) => type === "gap"), ["gap"]);
});

Deno.test("a hole in the news of an instance: the rooms are read again, and everyone is told of a gap", async () => {
  await using rig = new Rig();
  let loses = false;
  const carrier = rig.hub.carrier();
  const lossy = {
    ...carrier,
    carry: (to: string, parcel: Parcel) =>
      loses ? Promise.resolve(true) : carrier.carry(to, parcel),
  };
  const [one, other] = [
    await rig.start(),
    await rig.start({ carriers: [lossy] }),
  ];
  const [ann, ben] = await apart([one, other]);
  loses = true;
  ben.send({ type: "presence", handRaised: true });
  ben.send({ type: "signal", to: ann.memberId, data: "into the hole" });
  await ben.settled();
  assertEquals(await ann.settled(), []);
  loses = false;
  ben.send({ type: "signal", to: ann.memberId, data: "after the hole" });
  await ann.next("gap");
  assertEquals((await ann.next("signal")).data, "after the hole");
  assertEquals((await ann.next("presence")).handRaised, true);
});

Deno.test("an instance that dies before it has told its last news: the others find out", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  await clock.advance(9_000, rig.settle);
  other.instance.switchboard.announce = () => Promise.resolve();
  ben.send({ type: "leave" });
  await ben.settled().catch(() => {});
  await other.kill();
  await clock.advance(30_000, rig.settle);
  assertEquals((await ann.next("leave")).from, ben.memberId);
});

Deno.test("an instance that cannot renew its lease advises its clients to move, and keeps them", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  let cutOff = false;
  const [one, other] = [
    await rig.start({ clock, isCutOff: () => cutOff }),
    await rig.start({ clock }),
  ];
  const [ann, ben] = await apart([one, other]);
  cutOff = true;
  await clock.advance(11_000, rig.settle);
  assertEquals(types(ann).includes("moving"), false);
  await clock.advance(6_000, rig.settle);
  await ann.next("moving");
  const moved = other.connect(ann.token, { incarnation: 1 });
  assertEquals((await moved.next("welcome")).resumed, true);
  assertEquals((await ben.next("back")).from, ann.memberId);
  cutOff = false;
});

Deno.test("an instance that could not look has seen nobody die", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  let down = false;
  const start = () => rig.start({ clock, isCutOff: () => down });
  const [ann, ben] = await apart([await start(), await start()]);
  await clock.advance(9_000, rig.settle);
  down = true;
  await clock.advance(60_000, rig.settle);
  down = false;
  await clock.advance(20_000, rig.settle);
  for (const client of [ann, ben]) {
    assertEquals(
      types(client).filter((type) => type === "away" || type === "leave"),
      [],
    );
  }
});

Deno.test("who was away when its instance died is not kept for another 45 s", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  await clock.advance(9_000, rig.settle);
  ben.close();
  await ann.next("away");
  await clock.advance(24_000, rig.settle);
  await other.kill();
  await clock.advance(27_000, rig.settle);
  assertEquals((await ann.next("leave")).from, ben.memberId);
});

Deno.test("who died with its instance has left by 60 s, though all others are replaced before they could tell", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  let dead = false;
  const [one, other] = [
    await rig.start({ clock }),
    await rig.start({ clock, isCutOff: () => dead }),
  ];
  const [ann, ben] = await apart([one, other]);
  await clock.advance(9_000, rig.settle);
  dead = true;
  await other.kill();
  await clock.advance(15_000, rig.settle);
  const third = await rig.start({ clock });
  const moved = third.connect(ann.token, { incarnation: 1 });
  await moved.next("welcome");
  const closed = one.instance.close();
  await clock.advance(45_000, rig.settle);
  await closed;
  const news = await moved.settled();
  assertEquals(
    news.flatMap((one) => one.type === "leave" ? [one.from] : []),
    [ben.memberId],
  );
});

Deno.test("a watch that tells nothing is found out by the lease, and the mail is looked for", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const options = { clock, carriers: [] };
  const [one, other] = [
    await rig.start(options),
    await rig.start({ ...options, isDeaf: true }),
  ];
  const room = await one.room();
  const ben = await other.enter(room, "Ben");
  await one.enter(room, "Ann");
  await clock.advance(3_000, rig.settle);
  assertEquals((await ben.next("join")).peer.name, "Ann");
  await clock.advance(20_000, rig.settle);
  const doubts = rig.logged.filter((line) => line.includes("watch-doubted"));
  assertEquals(doubts.length, 1);
});

Deno.test("a member that is removed by a write whose reply was lost is told so, wherever it is connected", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room();
  const ann = await one.enter(room, "Ann", "host");
  const ben = await other.enter(room, "Ben");
  await ann.next("join");
  const { members } = one.instance;
  const remove = members.remove.bind(members);
  // Repeated by the database's client, the write found its own work done.
  members.remove = (...member) => remove(...member).then(() => null);
  ann.send({ type: "remove", memberId: ben.memberId });
  assertEquals((await ann.next("leave")).reason, "removed");
  assertEquals((await ben.next("bye")).reason, "removed");
});

Deno.test("rooms that are read again: a lost change of the room is told, and what fails is tried again", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const { members, rooms, switchboard } = server.instance;
  await rooms.change(room.roomId, { locked: true });
  const list = members.list.bind(members);
  members.list = () => {
    members.list = list;
    return Promise.reject(new Error("not now"));
  };
  switchboard.doubt();
  assertEquals((await ann.next("room")).room.locked, true);
  await list(room.roomId);
  await members.remove(room.roomId, ann.memberId, "left");
  await clock.advance(2_500, rig.settle);
  assertEquals((await ann.closed).code, 4410);
});

Deno.test("rooms that are read again: who comes back meanwhile has not left", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const [ann, ben] = await apart([one, other]);
  const { members, switchboard } = one.instance;
  const list = members.list.bind(members);
  let read = () => {};
  const reading = new Promise<void>((resolve) => read = resolve);
  // Ben's seat is gone when the records are read, and he is there again before what was read is used.
  members.list = async (roomId) => {
    members.list = list;
    const entries = await list(roomId);
    read();
    await ann.next("back");
    return entries.filter(({ value }) => value.memberId !== ben.memberId);
  };
  switchboard.doubt();
  await reading;
  other.connect(ben.token, { incarnation: 1 });
  for (let n = 0; n < 20; n++) await rig.settle();
  assertEquals(types(ann).filter((type) => type === "leave"), []);
});

Deno.test("an instance that goes gets its last news out first", async () => {
  await using rig = new Rig();
  const start = () =>
    rig.start({ carriers: [], env: { LIMIT_MESSAGE_BURST: "1000" } });
  const [one, other] = [await start(), await start()];
  const [ann, ben] = await apart([one, other]);
  for (let n = 0; n < 900; n++) {
    ann.send({ type: "signal", to: ben.memberId, data: n });
  }
  await ann.settled();
  const closed = one.instance.close();
  ann.close();
  await closed;
  for (let n = 0; n < 900; n++) {
    assertEquals((await ben.next("signal")).data, n);
  }
});

Deno.test("news of a seat's end that come after its member has returned throw nobody out", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  const { switchboard } = other.instance;
  const late: RosterChange[] = [];
  const { announce } = switchboard;
  switchboard.announce = async (change, before) => {
    if (change.record === null) late.push(change);
    else await announce.call(switchboard, change, before);
  };
  ben.close();
  await ann.next("away");
  await clock.advance(46_000, rig.settle);
  assertEquals(late.length, 1);
  const back = one.connect(ben.token);
  await back.next("welcome");
  one.instance.switchboard.take(late[0]);
  back.send({ type: "presence", handRaised: true });
  await clock.advance(100, rig.settle);
  assertEquals((await ann.next("presence")).from, ben.memberId);
});

Deno.test("news of a room that come late or twice change nothing", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const { rooms, switchboard } = server.instance;
  const locked = await rooms.change(room.roomId, { locked: true });
  const named = await rooms.change(room.roomId, { name: "Shack" });
  for (const news of [named, locked, named]) {
    await switchboard.roomChanged(news);
  }
  const told = (await ann.settled()).flatMap((message) =>
    message.type === "room" ? [[message.room.name, message.room.locked]] : []
  );
  assertEquals(told, [["Shack", true]]);
});

Deno.test("a leave that is carried out late does not end the tab that has taken over", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await apart([one, other]);
  const { members } = other.instance;
  const get = members.get.bind(members);
  let goOn = () => {};
  const asked = new Promise<void>((resolve) => {
    members.get = async (...member) => {
      members.get = get;
      const waiting = new Promise<void>((resolve) => goOn = resolve);
      resolve();
      await waiting;
      return await get(...member);
    };
  });
  ben.send({ type: "leave" });
  await asked;
  const tab = one.connect(ben.token);
  await tab.next("welcome");
  goOn();
  await rig.settle();
  tab.send({ type: "presence", handRaised: true });
  await clock.advance(100, rig.settle);
  assertEquals((await ann.next("presence")).from, ben.memberId);
});

Deno.test("the last to die leave their seats to who is idle, and who is idle writes nothing", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  await rig.start({ clock });
  const room = await one.room();
  await one.enter(room, "Ann");
  await clock.advance(60_000, rig.settleStore);
  await one.kill();
  await clock.advance(120_000, rig.settleStore);
  assertEquals(await other.instance.members.list(room.roomId), []);
  await clock.advance(180_000, rig.settleStore);
  let writes = 0;
  rig.onWrite = () => writes++;
  await clock.advance(600_000, rig.settleStore);
  assertEquals(writes, 0);
});

Deno.test("many who enter at once renew the lease once", async () => {
  await using rig = new Rig();
  const server = await rig.start({ clock: new VirtualClock() });
  let writes = 0;
  rig.onWrite = () => writes++;
  await Promise.all(
    Array.from({ length: 9 }, () => server.instance.lease.hold()),
  );
  assertEquals(writes, 1);
});

Deno.test("an instance that takes a member back that was given up hears what happened meanwhile", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const room = await one.room({ maxParticipants: 3 });
  const ann = await one.enter(room, "Ann");
  const cem = await one.enter(room, "Cem");
  await other.enter(room, "Ben");
  await ann.next("join");
  cem.close();
  await ann.next("away");
  await clock.advance(2_000, rig.settle);
  const { members } = one.instance;
  const reclaim = members.reclaim.bind(members);
  let goOn = () => {};
  members.reclaim = async (entry) => {
    await new Promise<void>((resolve) => goOn = resolve);
    return await reclaim(entry);
  };
  await other.instance.seats.takeOver(
    one.instance.id,
    clock.now(),
    clock.monotonic() - 44_000,
    () => Promise.resolve(),
  );
  await rig.settle();
  await clock.advance(1, rig.settle);
  assertEquals(
    (await members.list(room.roomId)).some(({ value }) =>
      value.memberId === cem.memberId
    ),
    false,
  );
  goOn();
  assertEquals((await ann.next("leave")).from, cem.memberId);
});
