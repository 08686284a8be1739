import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NetworkError } from "@/lib/client/errors.ts";
import type { PairEvent } from "@/lib/client/signaling_channel.ts";
import {
  RoomError,
  type RoomErrorCode,
  type VoiceRoom,
} from "@/lib/client/voice_room.ts";
import { VOIPService } from "@/lib/client/voip_service.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { callService } from "../fakes/call_service.ts";
import { FakeMediaDevices } from "../fakes/media.ts";

type Service = ReturnType<typeof callService>;

/** Waits for what needs time to go by. */
async function after<T>(
  { clock }: Service,
  ms: number,
  promise: Promise<T>,
): Promise<T> {
  promise.catch(() => {});
  await clock.run(ms);
  return await promise;
}

async function rejects(promise: Promise<unknown>, code: RoomErrorCode) {
  const error = await assertRejects(() => promise, RoomError);
  assertEquals(error.code, code);
}

/** Ann (m1) and Ben (m2) in a room. */
async function two() {
  const service = callService();
  const rooms = { ann: service.rooms(), ben: service.rooms() };
  const ann = await after(
    service,
    100,
    rooms.ann.joinRoom("room", { name: "Ann" }),
  );
  const ben = await after(
    service,
    100,
    rooms.ben.joinRoom("room", { name: "Ben" }),
  );
  return { service, rooms, ann, ben };
}

function speak({ clock, platform }: Service, room: VoiceRoom, to: string) {
  const log: string[] = [];
  const devices = new FakeMediaDevices();
  const voip = new VOIPService({
    iceServers: room.iceServers,
    signaling: room.channelTo(to),
    mediaDevices: devices,
    onAudioStream: (_stream, userId) => log.push(`audio of ${userId}`),
    onConnectionStateChange: (state) => log.push(state),
    onError: (error) => log.push(`error ${error.code}`),
    platform: { ...platform(new EventTarget()), clock },
  });
  return { voip, log, devices };
}

Deno.test("RoomManager makes a room, with the operator's token where one is wanted", async () => {
  const service = callService();
  const rooms = service.rooms({ createToken: "may-create" });
  const made = await after(service, 10, rooms.createRoom({ type: "voip" }));
  assertEquals([made.roomId, made.hostToken], ["room", "host"]);
  assertEquals(service.joins, [{
    bearer: "may-create",
    body: { type: "voip" },
  }]);
  assertEquals(rooms.rooms, []);
});

Deno.test("RoomManager joins with what it is given, and again as the same member", async () => {
  const service = callService();
  const rooms = service.rooms();
  const ann = { name: "Ann", pin: "1234", hostToken: "host" };
  const room = await after(service, 100, rooms.joinRoom("room", ann));
  assertEquals([room.roomId, room.memberId], ["room", "m1"]);
  assertEquals(room.state.phase, "open");
  assertEquals(rooms.rooms, [room]);
  assertEquals(service.joins[0], {
    bearer: "host",
    body: { name: "Ann", pin: "1234" },
  });
  const reloaded = service.rooms();
  const { token } = room;
  const same = await after(
    service,
    100,
    reloaded.joinRoom("room", { name: "Ann", token }),
  );
  assertEquals([same.memberId, service.joins[1].bearer], ["m1", token]);
});

Deno.test("RoomManager tells why a room could not be joined, and may try again", async () => {
  const service = callService();
  const rooms = service.rooms();
  service.refusals.push("room-full", "network", null);
  const join = () =>
    after(service, 100, rooms.joinRoom("room", { name: "Ann" }));
  const refused = await assertRejects(join, ProtocolError);
  assertEquals(refused.code, "room-full");
  const failed = await assertRejects(join, NetworkError);
  assertEquals(failed.code, "network");
  assertEquals(rooms.rooms, []);
  assertEquals((await join()).memberId, "m1");
});

Deno.test("RoomManager refuses to join a room twice, and to leave one that it is not in", async () => {
  const service = callService();
  const rooms = service.rooms();
  await rejects(rooms.leaveRoom("room"), "not-joined");
  const joining = rooms.joinRoom("room", { name: "Ann" });
  await rejects(rooms.joinRoom("room", { name: "Ann" }), "already-joined");
  await after(service, 100, joining);
  await rejects(rooms.joinRoom("room", { name: "Ann" }), "already-joined");
  await after(service, 100, rooms.leaveRoom("room"));
  await rejects(rooms.leaveRoom("room"), "not-joined");
  assertEquals(service.server.info("m1"), undefined);
  await after(service, 100, rooms.joinRoom("room", { name: "Ann" }));
});

Deno.test("RoomManager, closed, leaves every room, those under way too, and leaves nothing open", async () => {
  const service = callService();
  const rooms = service.rooms();
  await after(service, 100, rooms.joinRoom("room", { name: "Ann" }));
  const joining = rooms.joinRoom("other", { name: "Ann" });
  joining.catch(() => {});
  await after(service, 1_000, rooms.close());
  await rejects(joining, "left");
  assertEquals(rooms.rooms, []);
  assertEquals(service.server.info("m1"), undefined);
  await service.clock.run(10_000);
  assertEquals(service.clock.waiting, 0);
});

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
  assertEquals(states, ["closed"]);
  assertEquals(rooms.ann.rooms, []);
  assertEquals(a.voip.getConnectionState(), "disconnected");
  await rejects(rooms.ann.leaveRoom("room"), "not-joined");
  await ann.leave();
});
