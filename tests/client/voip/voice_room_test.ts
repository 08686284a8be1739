import { assert, assertEquals, assertThrows } from "@std/assert";
import { RoomError } from "@/lib/client/voip/room_error.ts";
import type { PairEvent } from "@/lib/client/voip/signaling_channel.ts";
import { callService } from "../../fakes/call_service.ts";
import { after, rejects, speak, two } from "./rooms_rig.ts";

Deno.test("VoiceRoom tells who comes and goes, and waits for the other", async () => {
  const service = callService();
  const [one, two] = [service.rooms(), service.rooms()];
  const ann = await after(service, 100, one.joinRoom("room", { name: "Ann" }));
  const log: string[] = [];
  const stop = ann.subscribe((event) => {
    if (event.type === "joined") log.push(`joined ${event.member.memberId}`);
    if (event.type === "left") log.push(`left ${event.memberId}`);
  });
  const waiting = ann.other();
  const ben = await after(service, 100, two.joinRoom("room", { name: "Ben" }));
  assertEquals((await waiting).memberId, "m2");
  assertEquals((await ben.other()).memberId, "m1");
  assertEquals(ann.members.map(({ memberId }) => memberId), ["m2"]);
  await after(service, 100, ben.leave());
  assertEquals([log, ann.members], [["joined m2", "left m2"], []]);
  stop();
  const lonely = ann.other();
  lonely.catch(() => {});
  await after(service, 100, ann.leave());
  await rejects(lonely, "left");
  await rejects(ann.other(), "left");
});

Deno.test("VoiceRoom: two talk over its channels, whoever begins to listen first", async () => {
  for (const wait of [0, 3_000]) {
    const { service, rooms, ann, ben } = await two();
    const b = speak(service, ben, "m1");
    await b.voip.enableMicrophone();
    await b.voip.createConnection("room", "m1");
    await service.clock.run(wait);
    const a = speak(service, ann, "m2");
    await a.voip.createConnection("room", "m2");
    await service.clock.run(500);
    assertEquals(a.log, ["connecting", "connected", "audio of m2"]);
    assertEquals(b.log, ["connecting", "connected", "audio of m1"]);
    assertEquals(service.network.connections.length, 2);
    await after(service, 100, ben.leave());
    assertEquals(a.log.at(-1), "disconnected");
    a.voip.close();
    b.voip.close();
    await after(
      service,
      1_000,
      Promise.all([rooms.ann.close(), rooms.ben.close()]),
    );
    await service.clock.run(10_000);
    assertEquals(service.clock.waiting, 0);
  }
});

Deno.test("VoiceRoom: who listens to it talks with somebody on the call page", async () => {
  const service = callService();
  const ann = service.person("Ann");
  ann.call.start();
  await service.clock.run(100);
  const room = await after(
    service,
    100,
    service.rooms().joinRoom("room", { name: "Ben" }),
  );
  const { voip, log } = speak(service, room, "m1");
  await voip.createConnection("room", "m1");
  room.announceMicrophone(true);
  await service.clock.run(500);
  assertEquals(log, ["connecting", "connected", "audio of m1"]);
  const [ben] = ann.call.view.participants;
  assertEquals([ben.connection, ben.microphoneOn], ["connected", true]);
});

Deno.test("VoiceRoom: a conversation goes on through a loss of the server, and begins anew with the other's reload", async () => {
  const { service, ann, ben } = await two();
  const a = speak(service, ann, "m2");
  const b = speak(service, ben, "m1");
  await a.voip.createConnection("room", "m2");
  await b.voip.createConnection("room", "m1");
  await service.clock.run(500);
  service.server.cut("m1");
  await service.clock.run(5_000);
  assertEquals(a.voip.getConnectionState(), "connected");
  assertEquals(service.network.connections.length, 2);
  const again = await after(
    service,
    200,
    service.rooms().joinRoom("room", { name: "Ben", token: ben.token }),
  );
  const c = speak(service, again, "m1");
  await c.voip.createConnection("room", "m1");
  await service.clock.run(1_000);
  assertEquals(a.voip.getConnectionState(), "connected");
  assertEquals(c.log.at(-1), "audio of m1");
  assertEquals(a.log.filter((line) => line === "audio of m2").length, 2);
});

Deno.test("VoiceRoom gives channels only to who is there, and each once", async () => {
  const { service, ann, ben } = await two();
  const code = (task: () => void) => assertThrows(task, RoomError).code;
  assertEquals(code(() => ann.channelTo("nobody")), "no-such-member");
  const channel = ann.channelTo("m2");
  const stop = channel.watch(() => {});
  assertEquals(code(() => channel.watch(() => {})), "channel-in-use");
  stop();
  assertEquals(code(() => channel.watch(() => {})), "channel-in-use");
  await after(service, 100, ben.leave());
  assertEquals(code(() => channel.watch(() => {})), "no-such-member");
  await after(service, 100, ann.leave());
  assertEquals(code(() => ann.channelTo("m2")), "left");
});

Deno.test("VoiceRoom keeps what came before anybody listened, or tells that it is too much", async () => {
  for (
    const [count, expected] of [
      [3, ["pair", "reachable", "signal", "signal", "signal"]],
      [300, ["pair", "reachable", "gap"]],
    ] as const
  ) {
    const { service, ann, ben } = await two();
    const to = ben.channelTo("m1");
    for (let i = 0; i < count; i++) to.send(i);
    await service.clock.run(10_000);
    const events: PairEvent[] = [];
    ann.channelTo("m2").watch((event) => events.push(event));
    assertEquals(events.map(({ type }) => type), [...expected]);
    assert(events[0].type === "pair" && !events[0].offer && events[0].polite);
  }
});

Deno.test("VoiceRoom ends when the server ends the seat", async () => {
  const { service, rooms, ann } = await two();
  const a = speak(service, ann, "m2");
  await a.voip.createConnection("room", "m2");
  const states: string[] = [];
  ann.subscribe((event) => {
    if (event.type === "state") states.push(event.state.phase);
  });
  service.server.cut("m1", 4403);
  await service.clock.run(100);
  assertEquals(states, ["ended"]);
  assertEquals(rooms.ann.rooms, []);
  assertEquals(a.voip.getConnectionState(), "disconnected");
  await rejects(rooms.ann.leaveRoom("room"), "not-joined");
  await ann.leave();
});

Deno.test("VoiceRoom whose seat was lost takes another, and its conversation goes on", async () => {
  const { service, rooms, ann, ben } = await two();
  const a = speak(service, ann, "m2");
  const b = speak(service, ben, "m1");
  await a.voip.createConnection("room", "m2");
  await b.voip.createConnection("room", "m1");
  await service.clock.run(500);
  ann.announceMicrophone(true);
  const events: string[] = [];
  ann.subscribe((event) => {
    events.push(event.type === "state" ? event.state.phase : event.type);
  });
  service.server.cut("m1", 4431);
  service.refusals.push("network", null);
  await service.clock.run(100);
  assertEquals(ann.state.phase, "live");
  assertEquals(rooms.ann.rooms, [ann]);
  await service.clock.run(10_000);
  assertEquals(service.joins.length, 4);
  assertEquals(service.joins[3].bearer, "m1.joined");
  assert(events.every((type) => type === "live"), events.join());
  assertEquals(service.server.info("m1")?.tracks, { audio: true });
  for (const { voip } of [a, b]) {
    assertEquals(voip.getConnectionState(), "connected");
  }
  assertEquals(a.log.filter((line) => line === "audio of m2").length, 2);
  a.voip.close();
  b.voip.close();
  await after(service, 2_000, Promise.all([ann.leave(), ben.leave()]));
  await service.clock.run(10_000);
  assertEquals(service.clock.waiting, 0);
});

Deno.test("VoiceRoom tells who has gone while its seat was lost", async () => {
  const { service, ann, ben } = await two();
  const gone: string[] = [];
  ann.subscribe((event) => {
    if (event.type === "left") gone.push(event.memberId);
  });
  service.refusals.push("network", null);
  service.server.cut("m1", 4401);
  await after(service, 1, ben.leave());
  assertEquals([gone, ann.members.length], [[], 1]);
  await service.clock.run(20_000);
  assertEquals([gone, ann.members], [["m2"], []]);
  assertEquals(ann.state.phase, "live");
});

Deno.test("VoiceRoom that lost its seat is left when there is no room any more", async () => {
  const { service, rooms, ann } = await two();
  service.refusals.push("network", "room-not-found");
  service.server.cut("m1", 4401);
  await service.clock.run(20_000);
  assertEquals(ann.state, { phase: "ended", reason: "room-closed" });
  assertEquals([rooms.ann.rooms, ann.members], [[], []]);
  await rejects(rooms.ann.leaveRoom("room"), "not-joined");
});
