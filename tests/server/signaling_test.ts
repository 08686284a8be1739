import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../fakes/clock.ts";
import { Rig } from "./rig.ts";

Deno.test("signaling: a newcomer is welcomed with who is there, and the others hear of it", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const ann = await server.enter(room, "Ann");
  const { token } = await server.join(room, "Ben");
  const ben = server.connect(token);
  const welcome = await ben.next("welcome");
  assertEquals(welcome.room.roomId, room.roomId);
  assertEquals(welcome.resumed, false);
  assertEquals(
    welcome.peers.map((
      { name, state, incarnation },
    ) => [name, state, incarnation]),
    [["Ann", "here", 1]],
  );
  const join = await ann.next("join");
  assertEquals(join.data, {
    participant_id: welcome.you.memberId,
    participant_name: "Ben",
  });
  assertEquals(join.peer.name, "Ben");
});

Deno.test("signaling: who has taken a seat and not connected is shown to nobody", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ maxParticipants: 3 });
  await server.join(room, "Ghost");
  const ann = await server.enter(room, "Ann");
  assertEquals((await ann.settled()).length, 0);
});

Deno.test("signaling: a signal reaches its recipient as it was sent, stamped by the server", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ maxParticipants: 3 });
  const [ann, ben, eve] = await server.enterAll(room, "Ann", "Ben", "Eve");
  const data = {
    description: { type: "offer", sdp: "v=0" },
    constructor: "x",
  };
  ann.sendText(
    JSON.stringify({
      type: "signal",
      to: ben.memberId,
      from: eve.memberId,
      incarnation: 9,
      data,
    }),
  );
  const signal = await ben.next("signal");
  assertEquals(signal, {
    type: "signal",
    from: ann.memberId,
    incarnation: 1,
    data: { description: data.description, constructor: "x" },
  });
  assertEquals(
    (await eve.settled()).filter(({ type }) => type === "signal"),
    [],
  );
});

Deno.test("signaling: a numbered signal's data arrives as it was written, and all else is the server's", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  const frames: string[] = [];
  ben.socket.addEventListener("message", ({ data }) => frames.push(data));
  const data = String.raw`{ "b": [1.0, "\u00e9}"], "from": "x", "a": null }`;
  const head = `{"type":"signal","to":"${ben.memberId}","toIncarnation":1`;
  ann.sendText(`${head},"id":7,"data":${data}}`);
  ann.sendText(`${head},"id":8,"base":2,"data":${data}}`);
  ann.sendText(`${head},"id":9,"data":${data},"from":"x"}`);
  await ann.settled();
  await ben.settled();
  const told = `{"type":"signal","from":"${ann.memberId}","incarnation":1`;
  assertEquals(frames.slice(0, 3), [
    `${told},"id":7,"data":${data}}`,
    `${told},"id":8,"base":2,"data":${data}}`,
    `${told},"id":9,"data":${JSON.stringify(JSON.parse(data))}}`,
  ]);
});

Deno.test("signaling: a numbered signal for a member that is away, or was never there, reaches nobody", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ maxParticipants: 3 });
  const [ann, ben, eve] = await server.enterAll(room, "Ann", "Ben", "Eve");
  ben.close();
  await ann.next("away");
  await eve.next("away");
  const type = "signal";
  const rest = { toIncarnation: 1, id: 1, data: 1 };
  await ann.settled();
  ann.send({ type, to: ben.memberId, ...rest });
  assertEquals(await ann.settled(), []);
  ann.send({ type, to: "nobody", ...rest });
  const { code, re } = await ann.next("error");
  assertEquals([code, re], ["no-such-member", { type, to: "nobody", id: 1 }]);
  const back = server.connect(ben.token, { incarnation: 1 });
  assertEquals((await back.next("welcome")).resumed, true);
  for (const each of [back, eve]) {
    const heard = await each.settled();
    assertEquals(heard.filter(({ type }) => type === "signal"), []);
  }
});

Deno.test("signaling: a signal without a recipient reaches everyone else", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ maxParticipants: 3 });
  const [ann, ben, eve] = await server.enterAll(room, "Ann", "Ben", "Eve");
  ann.send({ type: "signal", data: "hello" });
  assertEquals((await ben.next("signal")).data, "hello");
  assertEquals((await eve.next("signal")).data, "hello");
  assertEquals(
    (await ann.settled()).filter(({ type }) => type === "signal"),
    [],
  );
});

Deno.test("signaling: 1,000 signals arrive in the order in which they were sent", async () => {
  await using rig = new Rig();
  const server = await rig.start({ env: { LIMIT_MESSAGE_BURST: "5000" } });
  const room = await server.room();
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  for (let id = 1; id <= 1_000; id++) {
    ann.send({
      type: "signal",
      to: ben.memberId,
      toIncarnation: 1,
      id,
      data: id,
    });
  }
  for (let id = 1; id <= 1_000; id++) {
    assertEquals((await ben.next("signal")).id, id);
  }
  ben.send({ type: "ack", to: ann.memberId, toIncarnation: 1, id: 1_000 });
  assertEquals(await ann.next("ack"), {
    type: "ack",
    from: ben.memberId,
    incarnation: 1,
    id: 1_000,
  });
});

Deno.test("signaling: a signal for a page that was reloaded since is dropped", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  const again = server.connect(ben.token);
  assertEquals((await again.next("welcome")).you.incarnation, 2);
  assertEquals((await ann.next("back")).incarnation, 2);
  ann.send({
    type: "signal",
    to: ben.memberId,
    toIncarnation: 1,
    id: 1,
    data: "old",
  });
  ann.send({
    type: "signal",
    to: ben.memberId,
    toIncarnation: 2,
    id: 1,
    data: "new",
  });
  assertEquals((await again.next("signal")).data, "new");
});

Deno.test("signaling: members of another room cannot be reached, whatever is claimed", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const [here, there] = [await server.room(), await server.room()];
  const [ann, eve] = [
    await server.enter(here, "Ann"),
    await server.enter(there, "Eve"),
  ];
  eve.sendText(
    JSON.stringify({
      type: "signal",
      roomId: here.roomId,
      to: ann.memberId,
      data: "psst",
    }),
  );
  const refusal = await eve.next("error");
  assertEquals([refusal.code, refusal.re], ["no-such-member", {
    type: "signal",
    to: ann.memberId,
  }]);
  eve.send({ type: "signal", data: "psst" });
  await eve.settled();
  assertEquals(await ann.settled(), []);
});

Deno.test("signaling: what a member says of itself is told, kept, and given to newcomers", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ maxParticipants: 3 });
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  ann.send({ type: "track-state", kind: "audio", enabled: true });
  assertEquals(await ben.next("track-state"), {
    type: "track-state",
    from: ann.memberId,
    kind: "audio",
    enabled: true,
  });
  ann.send({ type: "track-state", kind: "video", enabled: true });
  assertEquals((await ben.next("track-state")).kind, "video");
  ann.send({ type: "track-state", kind: "audio", enabled: false });
  assertEquals((await ben.next("track-state")).enabled, false);
  ann.send({ type: "presence", handRaised: true, callSign: "DL1ABC" });
  ann.send({
    type: "cloudflare-session",
    sessionId: "s1",
    tracks: [{ trackName: "t1", kind: "audio" }],
  });
  assertEquals((await ben.next("presence")).callSign, "DL1ABC");
  assertEquals((await ben.next("cloudflare-session")).sessionId, "s1");
  const { token } = await server.join(room, "Eve");
  const [seen] = (await server.connect(token).next("welcome")).peers.filter((
    { name },
  ) => name === "Ann");
  assertEquals(seen.tracks, { audio: false, video: true });
  assertEquals(seen.presence, { handRaised: true, callSign: "DL1ABC" });
  assertEquals(seen.cloudflareSession?.tracks, [{
    trackName: "t1",
    kind: "audio",
  }]);
});

Deno.test("signaling: what a member says of itself at once is written once, and only what it comes to is told", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  const written: unknown[] = [];
  rig.onWrite = (entries) => written.push(entries);
  ann.send({ type: "track-state", kind: "audio", enabled: true });
  ann.send({ type: "track-state", kind: "video", enabled: true });
  ann.send({ type: "presence", handRaised: true });
  ann.send({ type: "track-state", kind: "audio", enabled: false });
  await ann.settled();
  assertEquals(written, []);
  await clock.advance(20, rig.settle);
  const from = ann.memberId;
  assertEquals(await ben.settled(), [
    { type: "track-state", from, kind: "video", enabled: true },
    { type: "presence", from, handRaised: true },
  ]);
  assertEquals(written.length, 1);
});

Deno.test("signaling: what a member said before it leaves does not overtake, nor is overtaken", async () => {
  await using rig = new Rig();
  const clock = new VirtualClock();
  const server = await rig.start({ clock });
  const room = await server.room();
  const [ann, ben] = [
    await server.enter(room, "Ann", "host"),
    await server.enter(room, "Ben"),
  ];
  ann.send({ type: "presence", status: "before" });
  ann.send({ type: "lock", locked: true });
  ann.send({ type: "presence", status: "after" });
  ann.send({ type: "leave" });
  ann.send({ type: "presence", status: "too late" });
  await ann.settled();
  await clock.advance(20, rig.settle);
  await clock.advance(20, rig.settle);
  await ann.closed;
  await ben.next("leave");
  const told = ben.received.map((message) =>
    message.type === "presence" ? message.status : message.type
  );
  assertEquals(told.filter((each) => each !== "join"), [
    "before",
    "room",
    "after",
  ]);
});

Deno.test("signaling: what the room or the role does not allow is refused", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ media: { video: false } });
  const ann = await server.enter(room, "Ann");
  const ben = await server.enter(room, "Ben", "listener");
  ann.send({ type: "track-state", kind: "video", enabled: true });
  assertEquals((await ann.next("error")).code, "not-allowed");
  ben.send({ type: "track-state", kind: "audio", enabled: true });
  assertEquals((await ben.next("error")).code, "not-allowed");
  for (
    const message of [
      { type: "mute", memberId: ben.memberId, kind: "audio" },
      { type: "remove", memberId: ben.memberId },
      { type: "lock", locked: true },
      { type: "end" },
    ] as const
  ) {
    ann.send(message);
    const refusal = await ann.next("error");
    assertEquals([refusal.code, refusal.re?.type], [
      "not-allowed",
      message.type,
    ]);
  }
});

Deno.test("signaling: who leaves gives the seat back at once", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room();
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  ben.send({ type: "leave" });
  assertEquals(await ben.next("bye"), {
    type: "bye",
    reason: "left",
    retry: null,
  });
  assertEquals((await ben.closed).code, 4410);
  assertEquals(await ann.next("leave"), {
    type: "leave",
    from: ben.memberId,
    data: { participant_id: ben.memberId },
    reason: "left",
  });
  await server.enter(room, "Eve");
});

Deno.test("signaling: a host mutes, locks, removes and ends", async () => {
  await using rig = new Rig();
  const server = await rig.start();
  const room = await server.room({ maxParticipants: 4 });
  const host = await server.enter(room, "Host", "host");
  const [ann, ben] = await server.enterAll(room, "Ann", "Ben");
  host.send({ type: "mute", memberId: ann.memberId, kind: "audio" });
  assertEquals(await ann.next("mute"), {
    type: "mute",
    from: host.memberId,
    kind: "audio",
  });

  host.send({ type: "lock", locked: true });
  assertEquals((await ann.next("room")).room.locked, true);
  const refused = await server.join(room, "Late").catch((error) => error.code);
  assertEquals(refused, "room-locked");

  host.send({ type: "remove", memberId: ben.memberId });
  assertEquals((await ben.next("bye")).reason, "removed");
  assertEquals((await ben.closed).code, 4403);
  assertEquals((await ann.next("leave")).reason, "removed");
  const again = server.connect(ben.token);
  assertEquals((await again.next("bye")).reason, "removed");

  host.send({ type: "end" });
  assertEquals((await ann.next("bye")).reason, "room-closed");
  assertEquals((await host.closed).code, 4404);
  assertEquals(await server.instance.rooms.find(room.roomId), null);
  assertEquals((await server.instance.members.list(room.roomId)).length, 0);
});

Deno.test("signaling: two instances of one process are one service", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room({ maxParticipants: 3 });
  const ann = await one.enter(room, "Ann", "host");
  const ben = await other.enter(room, "Ben");
  assertEquals((await ann.next("join")).peer.name, "Ben");
  for (let id = 1; id <= 50; id++) {
    ann.send({
      type: "signal",
      to: ben.memberId,
      toIncarnation: 1,
      id,
      data: { id },
    });
  }
  for (let id = 1; id <= 50; id++) {
    assertEquals(await ben.next("signal"), {
      type: "signal",
      from: ann.memberId,
      incarnation: 1,
      id,
      data: { id },
    });
  }
  ben.send({ type: "signal", data: "to all" });
  assertEquals((await ann.next("signal")).data, "to all");
  ben.send({ type: "track-state", kind: "audio", enabled: true });
  assertEquals((await ann.next("track-state")).enabled, true);
  ann.send({ type: "lock", locked: true });
  assertEquals((await ben.next("room")).room.locked, true);
  ann.send({ type: "remove", memberId: ben.memberId });
  assertEquals((await ben.closed).code, 4403);
  assert((await ann.next("leave")).reason === "removed");
});
