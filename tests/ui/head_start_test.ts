import { assert, assertEquals } from "@std/assert";
import { MEDIA } from "@/lib/client/mesh/negotiation.ts";
import {
  type EarlyConnection,
  earlyConnectionSource,
} from "@/lib/ui/early_connection.ts";
import { HeadStart } from "@/lib/ui/head_start.ts";
import { callService } from "../fakes/call_service.ts";
import { connected } from "../client/mesh/peer_rig.ts";
import { FakeMediaStream, type FakeStream } from "../fakes/media.ts";
import { ROOM } from "../fakes/signaling_server.ts";

/** Ann is in the room; Bob's page has begun to connect in its first script. */
async function begun(options: { ann?: boolean; refusal?: string } = {}) {
  const service = callService();
  const { clock } = service;
  const ann = service.person("Ann");
  await ann.media.enableMicrophone();
  if (options.ann ?? true) ann.call.start();
  await clock.run(100);
  if (options.refusal) service.refusals.push(options.refusal);
  const platform = service.platform(new EventTarget());
  let sockets = 0;
  const Socket = new Proxy(platform.WebSocket, {
    construct(target, args) {
      sockets++;
      return Reflect.construct(target, args);
    },
  });
  const connectEarly = new Function(
    "RTCPeerConnection",
    "WebSocket",
    "location",
    "MediaStream",
    `return ${earlyConnectionSource()}`,
  )(
    platform.RTCPeerConnection,
    Socket,
    { origin: "https://call.example" },
    FakeMediaStream,
  );
  let plays = 0;
  const sound = {
    srcObject: null as MediaStream | null,
    play: () => Promise.resolve(void plays++),
  } as HTMLAudioElement;
  const connection: EarlyConnection = { frames: [], sound };
  const request = platform.fetch("https://call.example/join", {
    method: "POST",
    headers: {},
    body: "{}",
  });
  const seat: Promise<Response> = connectEarly(request, connection);
  seat.catch(() => {});
  const headStart = new HeadStart({ seat, connection }, Socket);
  const bob = service.person("Bob", { platform: headStart.platform });
  return {
    ...service,
    ann,
    bob,
    connection,
    headStart,
    seat,
    sound,
    plays: () => plays,
    sockets: () => sockets,
  };
}

Deno.test("a call goes on with what the page has begun, whenever it takes it up", async () => {
  for (const later of [0, 1, 2, 3, 5, 10, 15, 20, 30, 40, 60, 100, 400]) {
    const { clock, network, joins, ann, bob, sockets } = await begun();
    await clock.run(later);
    bob.call.start();
    await clock.run(500);
    const [shown] = bob.call.view.participants;
    assertEquals(shown.connection, "connected", `after ${later} ms`);
    assertEquals(ann.call.view.participants[0].connection, "connected");
    const offers = network.connections.map((connection) => connection.offers);
    // Of the microphone, and of all the rest.
    assertEquals(offers, [2, 0], `after ${later} ms`);
    for (const connection of network.connections) {
      const [kinds, directions] = [
        connection.getTransceivers().map(({ receiver }) => receiver.track.kind),
        connection.getTransceivers().map((one) => one.currentDirection),
      ];
      assertEquals(kinds, MEDIA.map(({ kind }) => kind));
      assertEquals(directions, MEDIA.map(() => "sendrecv"));
    }
    assertEquals([joins.length, sockets()], [2, 1]);
    await bob.call.setMicrophone(true);
    await clock.run(100);
    assertEquals(ann.call.view.participants[0].microphoneOn, true);
    assertEquals(network.connections.map((one) => one.offers), [2, 0]);
  }
});

Deno.test("they are connected before the call takes it up, and nothing that was said meanwhile is late", async () => {
  const { clock, network, connection, ann, bob } = await begun();
  await clock.run(100);
  const types = connection.frames.map((frame) => JSON.parse(frame).type);
  assert(types.includes("welcome") && types.includes("signal"), `${types}`);
  await connection.settled;
  assertEquals(connected(network).length, 2);
  ann.call.sendChat("Hello");
  await clock.run(100);
  assert(connection.offer!.messages.length > 0);
  bob.call.start();
  await clock.run(100);
  assertEquals(bob.call.view.messages.map(({ text }) => text), ["Hello"]);
  assertEquals(bob.call.view.participants[0].connection, "connected");
});

Deno.test("the first voice is played before the call takes it up, and by no second element", async () => {
  const { clock, network, headStart, sound, plays } = await begun();
  await clock.run(100);
  const voice = network.connections[0].getTransceivers()[0].receiver.track;
  const { srcObject } = sound as { srcObject: unknown } as {
    srcObject: FakeStream;
  };
  assertEquals(srcObject.getTracks(), [voice]);
  assertEquals(plays(), 1);
  assertEquals(headStart.takeSound(), sound);
  assertEquals(headStart.takeSound(), null);

  const alone = await begun({ ann: false });
  await alone.clock.run(100);
  assertEquals(alone.sound.srcObject, null);
});

Deno.test("an answer that cannot be set is left to the call", async () => {
  const { clock, network, connection, bob } = await begun();
  const [own] = network.connections;
  const set = own.setRemoteDescription;
  own.setRemoteDescription = () => Promise.reject(new Error("refused"));
  await clock.run(100);
  await connection.settled;
  assertEquals(connected(network).length, 0);
  own.setRemoteDescription = set;
  bob.call.start();
  await clock.run(500);
  assertEquals(bob.call.view.participants[0].connection, "connected");
});

Deno.test("the page waits for an answer, and for nothing else", async () => {
  for (
    const nothing of [{}, { ann: false }, { refusal: "room-locked" }] as const
  ) {
    const { clock, connection } = await begun(nothing);
    await clock.run(100);
    await connection.settled;
  }
  const { clock, connection, server } = await begun();
  server.isDown = true;
  let isSettled = false;
  connection.settled!.then(() => isSettled = true);
  while (connection.socket === undefined) await clock.run(1);
  assertEquals(isSettled, false);
  await clock.run(100);
  assertEquals(isSettled, true);
});

Deno.test("a lost socket, and a page that was reloaded meanwhile, are the library's to mend", async () => {
  const lost = await begun();
  await lost.clock.run(50);
  lost.connection.socket!.close();
  lost.bob.call.start();
  await lost.clock.run(2_000);
  assertEquals(lost.sockets(), 2);
  assertEquals(lost.bob.call.view.participants[0].connection, "connected");

  const { clock, network, ann, bob, person } = await begun();
  await clock.run(50);
  const again = person("Ann", { token: ann.call.view.token! });
  again.call.start();
  await clock.run(50);
  bob.call.start();
  await clock.run(2_000);
  assertEquals(bob.call.view.participants[0].connection, "connected");
  assertEquals(again.call.view.participants[0].connection, "connected");
  assertEquals(network.connections[0].signalingState, "closed");
});

Deno.test("where nobody is, or no sound is allowed, no offer is made", async () => {
  const alone = await begun({ ann: false });
  await alone.clock.run(50);
  assertEquals(alone.connection.offer, undefined);
  assertEquals(alone.network.connections[0].signalingState, "closed");
  alone.bob.call.start();
  await alone.clock.run(100);
  assertEquals(alone.bob.call.view.state.phase, "live");
  assertEquals(alone.sockets(), 1);

  const { media } = ROOM;
  ROOM.media = { ...media, audio: false };
  try {
    const silent = await begun();
    await silent.clock.run(50);
    assertEquals(silent.connection.offer, undefined);
    silent.bob.call.start();
    await silent.clock.run(500);
    assertEquals(silent.bob.call.view.participants[0].connection, "connected");
  } finally {
    ROOM.media = media;
  }
});

Deno.test("where no pictures are allowed they are refused in the offer after the first", async () => {
  const { media } = ROOM;
  ROOM.media = { ...media, video: false, screen: false };
  try {
    const { clock, network, connection, bob } = await begun();
    await clock.run(50);
    assert(connection.offer !== undefined);
    bob.call.start();
    await clock.run(500);
    assertEquals(
      network.connections[0].getTransceivers()
        .map((transceiver) => transceiver.currentDirection),
      ["sendrecv", "inactive", "inactive", "inactive"],
    );
    assertEquals(bob.call.view.participants[0].connection, "connected");
  } finally {
    ROOM.media = media;
  }
});

Deno.test("a seat that is refused begins nothing, and the call says why", async () => {
  const { clock, network, bob, sockets } = await begun({
    refusal: "room-locked",
  });
  bob.call.start();
  await clock.run(100);
  const { state } = bob.call.view;
  assert(state.phase === "failed" && state.error.code === "room-locked");
  assertEquals(sockets(), 0);
  assertEquals(network.connections[0].signalingState, "closed");
});

Deno.test("what nobody takes up is closed", async () => {
  for (const later of [0, 50]) {
    const { clock, network, headStart, connection, sound } = await begun();
    await clock.run(later);
    const socket = () => connection.socket;
    const opened = socket();
    headStart.close();
    await clock.run(100);
    assertEquals(connection.socket, undefined);
    assertEquals(sound.srcObject, null);
    if (opened !== undefined) assert(opened.readyState >= 2);
    const [own] = network.connections;
    assertEquals(own.signalingState, "closed", `after ${later} ms`);
  }
});
