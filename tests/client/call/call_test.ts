import { assert, assertEquals, assertThrows } from "@std/assert";
import type { CallView } from "@/lib/client/call/call_view.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { callService } from "../../fakes/call_service.ts";

/** Two people in a call. */
async function two() {
  const service = callService();
  const ann = service.person("Ann");
  const bob = service.person("Bob");
  await ann.media.enableMicrophone();
  ann.call.start();
  await service.clock.run(100);
  bob.call.start();
  await service.clock.run(500);
  return { ...service, ann, bob };
}

Deno.test("Call joins, connects and shows who is there", async () => {
  const { clock, ann, bob } = await two();
  const { view } = bob.call;
  assertEquals(view.state, { phase: "live", signaling: "connected" });
  assertEquals(view.room?.roomId, "room");
  assertEquals([view.me?.memberId, view.me?.isLocal], ["m2", true]);
  assertEquals(view.token, "m2.joined");
  assert(view.startedAt !== null && view.startedAt <= clock.now());
  const [shown] = view.participants;
  assertEquals(view.participants.length, 1);
  assertEquals(shown.memberId, "m1");
  assertEquals([shown.presence, shown.connection], ["here", "connected"]);
  assertEquals([shown.microphoneOn, shown.cameraOn], [true, false]);
  assert(shown.audio !== null);
  assertEquals(shown.video, null);
  assertEquals(ann.call.view.participants[0].microphoneOn, false);
});

Deno.test("Call shows a camera and a microphone that are switched on and off", async () => {
  const { clock, ann, bob } = await two();
  await ann.call.setCamera(true);
  await ann.call.setMicrophone(false);
  await clock.run(100);
  const [shown] = bob.call.view.participants;
  assertEquals([shown.microphoneOn, shown.cameraOn], [false, true]);
  assert(shown.video !== null);
  assert(ann.call.view.me?.video !== null);
  await ann.call.setCamera(false);
  await clock.run(100);
  assertEquals(bob.call.view.participants[0].video, null);
  assertEquals(ann.devices.open, 1); // the muted microphone
});

Deno.test("Call keeps the same participant object while nothing of it changes", async () => {
  const { clock, ann, bob } = await two();
  const [before] = bob.call.view.participants;
  bob.call.sendChat("hello");
  await clock.run(100);
  assert(bob.call.view.participants[0] === before);
  await ann.call.setMicrophone(false);
  await clock.run(100);
  const [after] = bob.call.view.participants;
  assert(after !== before);
  assert(after.audio === before.audio);
});

Deno.test("Call tells its listeners once per turn, with the view that it has then", async () => {
  const { ann } = await two();
  const views: CallView[] = [];
  const stop = ann.call.subscribe((view) => views.push(view));
  ann.call.setHandRaised(true);
  ann.call.sendChat("one");
  ann.call.sendChat("two");
  await null;
  assertEquals(views.length, 1);
  assert(views[0] === ann.call.view);
  assertEquals(views[0].messages.length, 2);
  stop();
  ann.call.sendChat("three");
  await null;
  assertEquals(views.length, 1);
});

Deno.test("Call carries chat, and shows when it was delivered", async () => {
  const { clock, ann, bob } = await two();
  ann.call.sendChat("hello <b>Bob</b>");
  assertEquals(ann.call.view.messages[0].delivery, { got: 0, of: 1 });
  await clock.run(100);
  assertEquals(ann.call.view.messages[0].delivery, { got: 1, of: 1 });
  const [message] = bob.call.view.messages;
  assertEquals(
    [message.text, message.name, message.memberId, message.isLocal],
    [
      "hello <b>Bob</b>",
      "m1", // the fake server names people by their id
      "m1",
      false,
    ],
  );
});

Deno.test("Call refuses chat that is blank or over 4,000 characters", async () => {
  const { ann } = await two();
  for (const text of ["", " \n ", "x".repeat(4_001), "𝄞".repeat(4_001)]) {
    const error = assertThrows(() => ann.call.sendChat(text), ProtocolError);
    assertEquals(error.code, "invalid-message");
  }
  ann.call.sendChat("𝄞".repeat(4_000));
});

Deno.test("Call refuses chat while the room has it switched off", async () => {
  const { clock, server, ann } = await two();
  const room = ann.call.view.room!;
  const media = { ...room.media, chat: false };
  server.send("m1", { type: "room", room: { ...room, media } });
  await clock.run(1);
  const error = assertThrows(() => ann.call.sendChat("hi"), ProtocolError);
  assertEquals(error.code, "not-allowed");
  assertEquals(ann.call.view.messages, []);
  server.send("m1", { type: "room", room });
  await clock.run(1);
  ann.call.sendChat("hi");
  assertEquals(ann.call.view.messages.length, 1);
});

Deno.test("Call leaves: the others see it, everything but the media is closed", async () => {
  const { clock, network, ann, bob } = await two();
  const left = ann.call.leave();
  await clock.run(100);
  await left;
  assertEquals(ann.call.view.state, { phase: "ended", reason: "left" });
  assertEquals(bob.call.view.participants, []);
  assertEquals(ann.devices.open, 1);
  assert(network.connections.every((c) => c.signalingState === "closed"));
  bob.call.leave();
  await clock.run(1_000);
  assertEquals(clock.waiting, 0);
});

Deno.test("Call goes on without the server, says so, and is back when the network is", async () => {
  const { clock, server, ann, bob } = await two();
  server.isDown = true;
  server.cut("m1");
  await clock.run(30_000);
  const { state, participants } = ann.call.view;
  assert(state.phase === "live" && state.signaling === "reconnecting");
  assertEquals(participants[0].connection, "connected");
  assertEquals(ann.call.view.me?.presence, "away");
  assertEquals(bob.call.view.participants[0].presence, "away");
  server.isDown = false;
  ann.page.dispatchEvent(new Event("online"));
  await clock.run(10);
  assertEquals(ann.call.view.state, { phase: "live", signaling: "connected" });
});

Deno.test("Call, reloaded, comes back as the same member", async () => {
  const { clock, server, joins, person, ann, bob } = await two();
  const token = ann.call.view.token!;
  server.kill("m1"); // The page is gone: no leave was sent.
  const again = person("Ann", { token });
  again.call.start();
  await clock.run(500);
  assertEquals(again.call.view.me?.memberId, "m1");
  assertEquals(joins[2].bearer, token);
  assertEquals(bob.call.view.participants.length, 1);
  assertEquals(bob.call.view.participants[0].connection, "connected");
});

Deno.test("Call whose stored token is refused joins anew, as a host if it may", async () => {
  for (const code of ["token-invalid", "seat-ended"]) {
    const { clock, joins, refusals, person } = callService();
    refusals.push(code);
    const { call } = person("Ann", {
      token: "old",
      hostToken: "host",
      pin: "1",
    });
    call.start();
    await clock.run(100);
    assertEquals(call.view.state.phase, "live");
    assertEquals(joins.map(({ bearer }) => bearer), ["old", "host"]);
    assertEquals(joins[1].body, { name: "Ann", pin: "1" });
  }
});

Deno.test("Call whose host token is refused joins without it, and no longer has it", async () => {
  const { clock, joins, refusals, person } = callService();
  refusals.push("token-invalid", "pin-required");
  const { call } = person("Ann", { hostToken: "stale" });
  assertEquals(call.view.hostToken, "stale");
  call.start();
  await clock.run(100);
  assert(call.view.state.phase === "failed");
  assertEquals(call.view.state.error.code as string, "pin-required");
  assertEquals(call.view.hostToken, null);
  call.start();
  await clock.run(100);
  assertEquals(call.view.state.phase, "live");
  assertEquals(joins.map(({ bearer }) => bearer), [
    "stale",
    undefined,
    undefined,
  ]);
});

Deno.test("Call has the fresh host token that it was answered", async () => {
  const { clock, person } = callService();
  const { call } = person("Ann", { hostToken: "host" });
  call.start();
  await clock.run(100);
  assertEquals(call.view.hostToken, "host.fresh");
});

Deno.test("Call that cannot join has failed, with the code, and can be started again", async () => {
  for (const code of ["room-full", "pin-wrong", "room-not-found", "network"]) {
    const { clock, refusals, person } = callService();
    refusals.push(code);
    const { call } = person("Ann");
    const started = call.start();
    await clock.run(100);
    await started;
    const { state } = call.view;
    assert(state.phase === "failed");
    assertEquals(state.error.code as string, code);
    assertEquals(clock.waiting, 0);
    call.start();
    await clock.run(100);
    assertEquals(call.view.state.phase, "live");
  }
});

const ENDS = [
  [4403, "removed"],
  [4404, "room-closed"],
  [4406, "version-unsupported"],
  [4409, "taken-over"],
  [4423, "room-locked"],
  [4430, "room-full"],
] as const;

for (const [code, reason] of ENDS) {
  Deno.test(`Call is over when the server closes with ${code} ${reason}`, async () => {
    const { clock, server, network, ann } = await two();
    server.cut("m1", code);
    await clock.run(60_000);
    assertEquals(ann.call.view.state, { phase: "ended", reason });
    assertEquals(ann.call.view.participants, []);
    const open = network.connections.filter((c) =>
      c.signalingState !== "closed"
    );
    assert(open.length <= 1, "its own connections are open");
  });
}

Deno.test("Call tells what it shows of a member, in every seat", async () => {
  const { clock, server, network, ann, bob } = await two();
  await ann.call.setCamera(true);
  /** Of Ann's camera, to everyone. */
  const caps = () =>
    network.connections
      .filter(({ signalingState }) => signalingState !== "closed")
      .flatMap((connection) => connection.getTransceivers())
      .filter(({ kind, sender }) => kind === "video" && sender.track !== null)
      .map(({ sender }) => sender.encoding.maxBitrate);
  bob.call.show("m1", { camera: "small", screen: true });
  await clock.run(100);
  assertEquals(caps(), [160_000]);
  server.cut("m2", 4431);
  await clock.run(1_000);
  assertEquals(bob.call.view.participants[0].connection, "connected");
  assertEquals(caps(), [160_000]);
});

Deno.test("Call forgets what it showed of a member who has left", async () => {
  const { clock, server, network, person, ann, bob } = await two();
  bob.call.show("m1", { camera: "none", screen: false });
  const { token } = ann.call.view;
  server.end("m1", "timeout");
  await clock.run(100);
  const again = person("Ann", { token: token! });
  await again.call.setCamera(true);
  again.call.start();
  await clock.run(500);
  const sent = network.connections
    .filter(({ signalingState }) => signalingState !== "closed")
    .flatMap((connection) => connection.getTransceivers())
    .filter(({ kind, sender }) => kind === "video" && sender.track !== null)
    .map(({ sender }) => sender.encoding.active);
  assertEquals(sent, [true]);
});

Deno.test("Call forgets a member who has left: one who looks the same is somebody new", async () => {
  const { clock, server, person } = callService();
  const { call } = person("Ann");
  call.start();
  await clock.run(100);
  const seen = [];
  for (let times = 0; times < 2; times++) {
    // Somebody who is there and says nothing.
    server.openTransport({ token: "m2" }, {
      opened: () => {},
      received: () => {},
      closed: () => {},
    });
    await clock.run(100);
    seen.push(call.view.participants[0]);
    server.end("m2", "left");
    await clock.run(100);
    assertEquals(call.view.participants, []);
  }
  assertEquals(seen[0], seen[1]);
  assert(seen[0] !== seen[1]);
});

Deno.test("Call takes no chat while the room has it switched off, whoever says it", async () => {
  const { clock, server, ann, bob } = await two();
  const room = ann.call.view.room!;
  const media = { ...room.media, chat: false };
  server.send("m2", { type: "room", room: { ...room, media } });
  await clock.run(1);
  ann.call.sendChat("hi"); // Her page has not heard of it.
  await clock.run(100);
  assertEquals(bob.call.view.messages, []);
});

for (const code of [4401, 4431]) {
  Deno.test(`Call joins anew by itself when the server closes with ${code}`, async () => {
    const { clock, server, joins, ann, bob } = await two();
    server.cut("m1", code);
    await clock.run(0);
    const { state, participants } = ann.call.view;
    assert(state.phase === "live" && state.signaling === "reconnecting");
    assertEquals(participants[0].connection, "connected");
    await clock.run(3_000);
    assertEquals(joins.length, 3);
    assertEquals(ann.call.view.state, {
      phase: "live",
      signaling: "connected",
    });
    assertEquals(bob.call.view.participants[0].connection, "connected");
  });
}

Deno.test("Call that joins anew still delivers what was said before, once", async () => {
  const { clock, server, network, ann, bob } = await two();
  ann.call.sendChat("before");
  await clock.run(100);
  network.isBlocked = true;
  ann.call.sendChat("meanwhile");
  server.cut("m1", 4431);
  await clock.run(3_000);
  network.isBlocked = false;
  await clock.run(20_000);
  const texts = bob.call.view.messages.map(({ text }) => text);
  assertEquals(texts, ["before", "meanwhile"]);
  assertEquals(ann.call.view.messages[1].delivery, { got: 1, of: 1 });
});

Deno.test("Call joins anew at once when the network is back", async () => {
  const { clock, server, refusals, joins, ann } = await two();
  refusals.push("network", "network", "network");
  server.cut("m1", 4431);
  while (refusals.length > 0) await clock.run(100);
  await clock.run(2);
  const count = joins.length;
  ann.page.dispatchEvent(new Event("online"));
  await clock.run(20);
  assertEquals(joins.length, count + 1);
  assertEquals(ann.call.view.state, { phase: "live", signaling: "connected" });
});

Deno.test("Call keeps trying to join anew while the network is away, and stops when the room is gone", async () => {
  const { clock, server, refusals, ann } = await two();
  refusals.push("network", "network", "unavailable", "room-not-found");
  server.cut("m1", 4431);
  await clock.run(60_000);
  assertEquals(ann.call.view.state, { phase: "ended", reason: "room-closed" });
  assertEquals(refusals, []);
});

Deno.test("Call switches off what a host asks for, and nothing on", async () => {
  const { clock, server, ann } = await two();
  await ann.call.setCamera(true);
  server.send("m1", { type: "mute", from: "m2", kind: "audio" });
  assertEquals(ann.call.view.me?.microphoneOn, false);
  server.send("m1", { type: "mute", from: "m2", kind: "video" });
  await clock.run(100);
  assertEquals(ann.call.view.me?.cameraOn, false);
});

Deno.test("Call stops the camera when the room no longer allows pictures, and says so", async () => {
  const { clock, server, ann, bob } = await two();
  await ann.call.setCamera(true);
  await clock.run(100);
  const room = ann.call.view.room!;
  const media = { ...room.media, video: false };
  server.send("m1", { type: "room", room: { ...room, media } });
  await clock.run(100);
  assertEquals(ann.call.view.stopped, [{ kind: "video", by: "room" }]);
  assertEquals(ann.call.view.me?.cameraOn, false);
  assertEquals(bob.call.view.participants[0].video, null);
  await ann.call.setCamera(true);
  assertEquals(ann.devices.open, 1); // the microphone
  server.send("m1", { type: "room", room });
  await clock.run(100);
  assertEquals(ann.call.view.stopped, []);
  assertEquals(ann.call.view.me?.cameraOn, false);
  await ann.call.setCamera(true);
  assertEquals(ann.call.view.me?.cameraOn, true);
});

Deno.test("Call uses the fresh token that it is given", async () => {
  const { clock, server, ann } = await two();
  server.send("m1", { type: "token", token: "m1.fresh", expiresAt: 0 });
  await clock.run(1);
  assertEquals(ann.call.view.token, "m1.fresh");
});

Deno.test("Call, left while it joins, stays left", async () => {
  const { clock, server, person } = callService();
  const { call } = person("Ann");
  call.start();
  await clock.run(1);
  await call.leave();
  await clock.run(1_000);
  assertEquals(call.view.state, { phase: "ended", reason: "left" });
  assertEquals(server.peersFor(""), []);
  assertEquals(clock.waiting, 0);
});

Deno.test("Call makes its offer while the socket is still opening", async () => {
  const { clock, network, person } = callService();
  const ann = person("Ann");
  ann.call.start();
  await clock.run(100);
  const bob = person("Bob");
  bob.call.start();
  await clock.run(2); // the answer to joining
  assertEquals(network.connections.length, 1);
});
