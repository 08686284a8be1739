import { assertEquals } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { CALENDARS_DIFFER_MS } from "@/lib/server/calendars.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { Rig, type RunningInstance, type TestClient } from "./rig.ts";

/** Two members of one room, seen to be there by each other. */
async function pair(
  server: RunningInstance,
  other = server,
): Promise<[TestClient, TestClient]> {
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const ben = await other.enter(room, "Ben");
  await ann.next("join");
  return [ann, ben];
}

Deno.test("resume: a lost connection is away; coming back is the same incarnation", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [ann, ben] = await pair(server);
  ben.close();
  assertEquals(await ann.next("away"), { type: "away", from: ben.memberId });
  const again = server.connect(ben.token, { incarnation: 1 });
  const welcome = await again.next("welcome");
  assertEquals(
    [welcome.resumed, welcome.you.incarnation, welcome.you.memberId],
    [true, 1, ben.memberId],
  );
  assertEquals((await again.next("gap")).type, "gap");
  const back = await ann.next("back");
  assertEquals([back.from, back.incarnation, back.peer.state], [
    ben.memberId,
    1,
    "here",
  ]);
});

Deno.test("resume: what a member said of itself is still there", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [ann, ben] = await pair(server);
  ben.send({ type: "track-state", kind: "audio", enabled: true });
  await ann.next("track-state");
  ben.close();
  await ann.next("away");
  server.connect(ben.token, { incarnation: 1 });
  assertEquals((await ann.next("back")).peer.tracks, { audio: true });
});

Deno.test("resume: before the loss was noticed, the new connection takes the old one's place", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [ann, ben] = await pair(server);
  const again = server.connect(ben.token, { incarnation: 1 });
  assertEquals((await again.next("welcome")).resumed, true);
  // Of one page's connections the last to be opened need not be the last to be seated: that page may come again.
  assertEquals((await ben.closed).code, 4501);
  assertEquals((await ann.next("back")).incarnation, 1);
  assertEquals((await ann.settled()).map(({ type }) => type), []);
});

Deno.test("reload: the same member in a new incarnation, and the old page is shut out", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [ann, ben] = await pair(server);
  const reloaded = server.connect(ben.token);
  const welcome = await reloaded.next("welcome");
  assertEquals(
    [welcome.resumed, welcome.you.incarnation, welcome.you.memberId],
    [false, 2, ben.memberId],
  );
  assertEquals((await ben.next("bye")).reason, "taken-over");
  assertEquals((await ben.closed).code, 4409);
  assertEquals((await ann.next("back")).incarnation, 2);
  const stale = server.connect(ben.token, { incarnation: 1 });
  assertEquals((await stale.closed).code, 4409);
  assertEquals((await reloaded.settled()).length, 0);
});

Deno.test("reload: what the last page said of itself is no longer said", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [ann, ben] = await pair(server);
  ben.send({ type: "presence", handRaised: true });
  await ann.next("presence");
  ben.send({ type: "track-state", kind: "audio", enabled: true });
  await ann.next("track-state");
  ben.send({ type: "cloudflare-session", sessionId: "s", tracks: [] });
  await ann.next("cloudflare-session");
  const reloaded = server.connect(ben.token);
  await reloaded.next("welcome");
  const { peer } = await ann.next("back");
  assertEquals(
    [peer.tracks, peer.presence, peer.cloudflareSession],
    [{}, {}, undefined],
  );
});

Deno.test("upgrade: an incarnation that never was is refused", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [, ben] = await pair(server);
  for (const incarnation of [2, 1e9, "0", "-1", "1.5", "x", ""]) {
    assertEquals(
      (await server.connect(ben.token, { incarnation }).closed).code,
      4400,
      `${incarnation}`,
    );
  }
});

Deno.test("leave by time: 45 s after going away the seat ends, once, and is free for another", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await pair(server);
  ben.close();
  await ann.next("away");
  await clock.advance(44_900, rig.settle);
  assertEquals((await ann.settled()).length, 0);
  await clock.advance(200, rig.settle);
  assertEquals(await ann.next("leave"), {
    type: "leave",
    from: ben.memberId,
    data: { participant_id: ben.memberId },
    reason: "timeout",
  });
  await clock.advance(60_000, rig.settle);
  assertEquals((await ann.settled()).length, 0);
});

Deno.test("leave by time: a seat that was taken and never connected to ends too", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  await server.join(room, "Ghost");
  await server.join(room, "Ghost");
  assertEquals(
    await server.join(room, "Ann").catch((error) => error.code),
    "room-full",
  );
  await clock.advance(45_100, rig.settle);
  await server.join(room, "Ann");
});

Deno.test("leave by time: within 2 minutes the member may come back under its id, as somebody who joins", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await pair(server);
  ben.close();
  await ann.next("away");
  await clock.advance(46_000, rig.settle);
  await ann.next("leave");
  const again = server.connect(ben.token, { incarnation: 1 });
  const welcome = await again.next("welcome");
  assertEquals(
    [welcome.you.memberId, welcome.you.incarnation, welcome.resumed],
    [ben.memberId, 2, false],
  );
  assertEquals((await ann.next("join")).from, ben.memberId);
});

Deno.test("leave by time: no return when the seat has been given away, or after 2 minutes by whatever calendar", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann, ben] = await pair(server);
  ben.close();
  await ann.next("away");
  await clock.advance(46_000, rig.settle);
  await ann.next("leave");
  const { roomId } = await server.instance.tokens.verifyMember(ben.token);
  const cleo = await server.enter(
    (await server.instance.rooms.find(roomId))!,
    "Cleo",
  );
  assertEquals((await server.connect(ben.token).closed).code, 4430);
  cleo.send({ type: "leave" });
  await cleo.closed;
  clock.setCalendar(clock.now() + 80_000 + CALENDARS_DIFFER_MS);
  assertEquals((await server.connect(ben.token).closed).code, 4431);
});

Deno.test("a closed room is gone: its tokens connect to nothing", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const { token } = await server.join(room, "Ann");
  await server.instance.rooms.delete(room.roomId);
  assertEquals((await server.connect(token).closed).code, 4404);
});

Deno.test("a room whose time is over ends for everyone in it", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room({ expiresIn: 300 });
  const ann = await server.enter(room, "Ann");
  await clock.advance(299_000, rig.settle);
  assertEquals((await ann.settled()).filter(({ type }) => type === "bye"), []);
  await clock.advance(2_000, rig.settle);
  assertEquals((await ann.next("bye")).reason, "room-closed");
  assertEquals((await ann.closed).code, 4404);
});

Deno.test("token: a fresh one comes at two thirds of the old one's life, and works", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const [ann] = await pair(server);
  await clock.advance(4_790_000, rig.settleStore);
  assertEquals(
    (await ann.settled()).filter(({ type }) => type === "token"),
    [],
  );
  await clock.advance(20_000, rig.settle);
  const fresh = await ann.next("token");
  assertEquals(
    fresh.expiresAt,
    Math.floor((clock.now()) / 1_000) * 1_000 + 7_200_000 - 10_000,
  );
  await clock.advance(3_000_000, rig.settleStore);
  assertEquals(
    (await server.connect(ann.token, { incarnation: 1 }).closed).code,
    4401,
  );
  assertEquals(
    (await server.connect(fresh.token, { incarnation: 1 }).next("welcome"))
      .resumed,
    true,
  );
});

Deno.test("moving: a server that goes tells its clients, and another welcomes them back", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const [ann, ben] = await pair(one, other);
  assertEquals((await one.instance.ready()).ready, true);
  const stopped = one.instance.close();
  assertEquals((await one.instance.ready()).ready, false);
  await ann.next("moving");
  const moved = other.connect(ann.token, { incarnation: 1 });
  assertEquals((await moved.next("welcome")).resumed, true);
  assertEquals((await ben.next("back")).incarnation, 1);
  await stopped;
  moved.send({ type: "signal", to: ben.memberId, data: "still here" });
  assertEquals((await ben.next("signal")).data, "still here");
  assertEquals(
    ben.received.filter(({ type }) => type === "away" || type === "leave"),
    [],
  );
});

Deno.test("restart: both come back to a new instance on the same database, and go on", async () => {
  await using rig = new Rig();
  const first = await rig.start();
  const [ann, ben] = await pair(first);
  await first.kill();
  const second = await rig.start();
  const [ann2, ben2] = [
    second.connect(ann.token, { incarnation: 1 }),
    second.connect(ben.token, { incarnation: 1 }),
  ];
  assertEquals((await ann2.next("welcome")).resumed, true);
  assertEquals((await ben2.next("welcome")).resumed, true);
  ann2.send({
    type: "signal",
    to: ben.memberId,
    toIncarnation: 1,
    id: 7,
    data: "after",
  });
  assertEquals((await ben2.next("signal")).id, 7);
});

Deno.test("crash: who does not come back is away within 25 s and gone within 60 s", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const [one, other] = [await rig.start({ clock }), await rig.start({ clock })];
  const [ann, ben] = await pair(one, other);
  await one.kill();
  await clock.advance(25_000, rig.settle);
  assertEquals(await ben.next("away"), { type: "away", from: ann.memberId });
  await clock.advance(34_000, rig.settle);
  assertEquals((await ben.next("leave")).reason, "timeout");
  assertEquals((await ben.settled()).length, 0);
});

Deno.test("crash of all: the next to start finishes what is owed, and no seat is leaked", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const first = await rig.start({ clock });
  const room = await first.room();
  await first.enter(room, "Ann");
  await first.join(room, "Ben");
  await first.kill();
  const second = await rig.start({ clock });
  assertEquals(
    await second.join(room, "Cleo").catch((error) => error.code),
    "room-full",
  );
  await clock.advance(60_000, rig.settle);
  assertEquals((await second.instance.members.list(room.roomId)).length, 0);
  await second.join(room, "Cleo");
});

Deno.test("no living member is removed by an instance that took its own for gone", async () => {
  await using rig = new Rig();
  const [here, there] = [new VirtualClock(), new VirtualClock()];
  const [one, other] = [
    await rig.start({ clock: here }),
    await rig.start({ clock: there }),
  ];
  const [ann, ben] = await pair(one, other);
  // One's clock stands still, so it renews nothing, while the other's runs.
  await there.advance(30_000, rig.settle);
  await ben.next("away");
  assertEquals((await ben.next("back")).incarnation, 1);
  await there.advance(90_000, rig.settle);
  assertEquals(ben.received.filter(({ type }) => type === "leave"), []);
  ben.send({ type: "signal", to: ann.memberId, data: "there you are" });
  assertEquals((await ann.next("signal")).data, "there you are");
});

Deno.test("who leaves while another is on the way in does not stay in its room as a ghost", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room();
  const ann = await one.enter(room, "Ann");
  const { token } = await one.join(room, "Ben");
  const { members } = other.instance;
  const list = members.list.bind(members);
  // Ann's leaving falls between Ben's reading who is there and his being known to her instance.
  members.list = async (roomId) => {
    members.list = list;
    const read = await list(roomId);
    ann.send({ type: "leave" });
    await ann.closed;
    return read;
  };
  const ben = other.connect(token);
  assertEquals((await ben.next("welcome")).peers.map(({ name }) => name), [
    "Ann",
  ]);
  assertEquals((await ben.next("leave")).from, ann.memberId);
});

Deno.test("who got in just as the store failed and never comes back leaks no seat", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const { token } = await server.join(room, "Ann");
  const { members } = server.instance;
  const list = members.list.bind(members);
  members.list = () => {
    members.list = list;
    return Promise.reject(new ProtocolError("unavailable"));
  };
  assertEquals((await server.connect(token).closed).code, 4503);
  assertEquals((await members.list(room.roomId)).length, 1);
  await clock.advance(46_000, rig.settle);
  assertEquals((await members.list(room.roomId)).length, 0);
});

Deno.test("a member that was welcomed stays, though the database fails right after", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const { token } = await server.join(room, "Ann");
  const { members } = server.instance;
  const list = members.list.bind(members);
  let lists = 0;
  members.list = (roomId) =>
    ++lists === 2
      ? Promise.reject(new ProtocolError("unavailable"))
      : list(roomId);
  const ann = server.connect(token);
  await ann.next("welcome");
  assertEquals(await ann.settled(), []);
});
