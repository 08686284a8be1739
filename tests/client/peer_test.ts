import { assert, assertEquals } from "@std/assert";
import {
  MEDIA,
  type MediaTracks,
  NO_TRACKS,
} from "@/lib/client/negotiation.ts";
import { Peer } from "@/lib/client/peer.ts";
import type { PeerSignal } from "@/lib/client/peer_signal.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { FakeMediaStream, fakeTrack } from "../fakes/media.ts";
import { peerConnections } from "../fakes/peer_connection.ts";
import { PeerNetwork } from "../fakes/peer_network.ts";
import { seededRandom } from "../fakes/random.ts";

const BOTH = (): MediaTracks => ({
  microphone: fakeTrack("audio"),
  camera: fakeTrack("video"),
});

/** Two ends of a pair. Signals take 10 ms and arrive in order, once they flow. `a` is polite. */
function rig(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const network = new PeerNetwork(clock, random);
  const ends = new Map<string, Peer>();
  const log: string[] = [];
  const channels: Record<string, number> = { a: 0, b: 0 };
  let signalsFlow = true;
  let held: (() => void)[] = [];
  const end = (
    name: "a" | "b",
    options: { offer: boolean; tracks?: MediaTracks },
  ) => {
    const other = name === "a" ? "b" : "a";
    const peer: Peer = new Peer({
      polite: name === "a",
      offer: options.offer,
      tracks: options.tracks ?? NO_TRACKS,
      configuration: { iceServers: [] },
      platform: {
        RTCPeerConnection: peerConnections(network),
        MediaStream: FakeMediaStream,
        clock,
        random,
      },
      signal(signal: PeerSignal) {
        log.push(
          "description" in signal
            ? `${name} ${signal.description.type} ${signal.connection}`
            : `${name} candidates ${signal.connection}`,
        );
        const data = JSON.parse(JSON.stringify(signal));
        const send = () => {
          clock.after(10, () => ends.get(other)?.receive(data));
        };
        if (signalsFlow) send();
        else held.push(send);
      },
      onChannel: () => channels[name]++,
      onChange: () => {},
    });
    ends.set(name, peer);
    peer.setReachable(true);
    return peer;
  };
  const setFlow = (flows: boolean) => {
    signalsFlow = flows;
    if (flows) held.forEach((send) => send());
    held = [];
    for (const peer of ends.values()) peer.setReachable(flows);
  };
  return { clock, network, log, end, channels, setFlow };
}

/** The newest connection at each end, the ones that reach each other. */
function connected(network: PeerNetwork) {
  return network.connections.filter((connection) =>
    connection.connectionState === "connected"
  );
}

/** Both ends have new addresses: the path that was negotiated stays dead. */
function loseAddresses(network: PeerNetwork): void {
  for (const { ice } of network.connections) ice.remote += " no more";
}

function descriptions(log: string[]): string[] {
  return log.filter((line) => !line.includes("candidates"));
}

Deno.test("Peer: the newcomer offers at once, the resident answers, both send and receive", async () => {
  const { clock, network, log, end } = rig();
  const tracks = { a: BOTH(), b: BOTH() };
  const a = end("a", { offer: false, tracks: tracks.a });
  const b = end("b", { offer: true, tracks: tracks.b });
  await clock.run(200);
  assertEquals(descriptions(log), ["b offer 1", "a answer 1"]);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  const sent = network.connections.map((connection) =>
    connection.getTransceivers().map(({ sender }) => sender.track)
  );
  const given = [tracks.a, tracks.b].map((t) => [t.microphone, t.camera]);
  assertEquals(sent as unknown, given);
  for (const peer of [a, b]) {
    assertEquals(peer.audio?.getTracks()[0].kind, "audio");
    assertEquals(peer.video?.getTracks()[0].kind, "video");
  }
});

Deno.test("Peer offers before there is a microphone, and needs no new offer for it, for muting or for the camera", async () => {
  const { clock, network, log, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(200);
  const tracks = BOTH();
  const { audio } = a;
  for (const peer of [a, b]) {
    for (const { name } of MEDIA) peer.setTrack(name, tracks[name]);
    peer.setTrack("camera", null);
    peer.setTrack("camera", tracks.camera);
  }
  await clock.run(1_000);
  for (const connection of network.connections) {
    const sent = connection.getTransceivers().map((t) => t.sender.track);
    assertEquals(sent as unknown, [tracks.microphone, tracks.camera]);
    const agreed = connection.getTransceivers().map((t) => t.agreed);
    assertEquals(agreed, ["sendrecv", "sendrecv"]);
  }
  assertEquals(descriptions(log).length, 2);
  assert(a.audio === audio, "the stream has changed without need");
});

Deno.test("Peer: tracks that come between offer and answer are sent", async () => {
  const { clock, network, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  const tracks = BOTH();
  a.setTrack("microphone", tracks.microphone);
  b.setTrack("camera", tracks.camera);
  await clock.run(200);
  const sent = network.connections.map((connection) =>
    connection.getTransceivers().map((t) => t.sender.track)
  );
  assertEquals(sent as unknown, [
    [tracks.microphone, null],
    [null, tracks.camera],
  ]);
});

Deno.test("Peer: two first offers that meet end in one connection with two transceivers (100 seeds)", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { clock, network, end } = rig(seed);
    const tracks = { a: BOTH(), b: BOTH() };
    end("a", { offer: true, tracks: tracks.a });
    await clock.run(seed % 25);
    end("b", { offer: true, tracks: tracks.b });
    await clock.run(1_000);
    const both = connected(network);
    assertEquals(both.length, 2, `seed ${seed}`);
    for (const connection of both) {
      assertEquals(connection.getTransceivers().length, 2, `seed ${seed}`);
      assertEquals(connection.signalingState, "stable", `seed ${seed}`);
    }
    const sent = new Set(both.map((c) => c.getTransceivers()[0].sender.track));
    const given = new Set([tracks.a.microphone, tracks.b.microphone]);
    assertEquals(sent as unknown, given, `seed ${seed}`);
  }
});

Deno.test("Peer restarts ICE 1.5 s after a loss, and is back when the path is", async () => {
  const { clock, network, log, end } = rig();
  const a = end("a", { offer: false });
  end("b", { offer: true });
  await clock.run(200);
  log.length = 0;
  network.isBlocked = true;
  await clock.run(7_000);
  assertEquals(a.state, "reconnecting");
  await clock.run(1_499);
  assertEquals(descriptions(log), []);
  await clock.run(100);
  assert(descriptions(log).some((line) => line.endsWith("offer 1")));
  network.isBlocked = false;
  await clock.run(200);
  assertEquals(a.state, "connected");
  assertEquals(network.connections.length, 2);
});

Deno.test("Peer builds a new connection when the old one has failed, and backs off", async () => {
  const { clock, network, log, end, channels } = rig();
  const a = end("a", { offer: false, tracks: BOTH() });
  const b = end("b", { offer: true, tracks: BOTH() });
  await clock.run(200);
  const { audio } = a;
  network.isBlocked = true;
  await clock.run(17_100);
  assert(network.connections.length >= 4, "nothing was built");
  await clock.run(120_000);
  assertEquals(a.state, "failed");
  assert(network.connections.length < 50, "it built too often");
  network.isBlocked = false;
  await clock.run(16_000);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  assertEquals(connected(network).length, 2);
  assert(a.audio !== audio, "the stream of the old connection is still there");
  assertEquals(channels.a + channels.b, network.connections.length);
  const open = network.connections.filter((c) => c.signalingState !== "closed");
  assertEquals(open.length, 2);
  assert(log.every((line) => !line.includes("NaN")));
});

Deno.test("Peer calls a path failed when 15 s of trying have found none, and tries on", async () => {
  const { clock, network, end } = rig();
  network.isBlocked = true;
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(14_000);
  assertEquals([a.state, b.state], ["connecting", "connecting"]);
  await clock.run(2_000);
  assertEquals([a.state, b.state], ["failed", "failed"]);
  network.isBlocked = false;
  await clock.run(16_000);
  assertEquals([a.state, b.state], ["connected", "connected"]);
});

Deno.test("Peer mends nothing while signals do not flow, and at once when they do again", async () => {
  const { clock, network, log, end, setFlow } = rig();
  const a = end("a", { offer: false });
  end("b", { offer: true });
  await clock.run(200);
  log.length = 0;
  setFlow(false);
  network.isBlocked = true;
  await clock.run(12_000);
  assertEquals([log, a.state], [[], "reconnecting"]);
  network.isBlocked = false;
  loseAddresses(network);
  setFlow(true);
  await clock.run(200);
  assertEquals(a.state, "connected");
  assertEquals(network.connections.length, 2);
});

Deno.test("Peer restarts ICE again when signals flow again: an offer made offline may hold no address", async () => {
  const { clock, network, end, setFlow } = rig();
  const a = end("a", { offer: false });
  end("b", { offer: true });
  await clock.run(200);
  network.isBlocked = true;
  await clock.run(8_700);
  setFlow(false);
  await clock.run(1_000);
  network.isBlocked = false;
  loseAddresses(network);
  setFlow(true);
  await clock.run(200);
  assertEquals(a.state, "connected");
  assertEquals(network.connections.length, 2);
});

Deno.test("Peer: media goes on while signals do not flow", async () => {
  const { clock, network, log, end, setFlow } = rig();
  const a = end("a", { offer: false });
  end("b", { offer: true });
  await clock.run(200);
  log.length = 0;
  setFlow(false);
  await clock.run(600_000);
  assertEquals([a.state, log], ["connected", []]);
  assertEquals(network.connections.length, 2);
});

Deno.test("Peer keeps candidates that come before the offer", async () => {
  const { clock, network, end } = rig();
  const a = end("a", { offer: false });
  const candidates = [{ candidate: "early", usernameFragment: "2.1" }];
  a.receive({ connection: 1, candidates });
  await clock.run(100);
  end("b", { offer: true });
  await clock.run(200);
  assertEquals(network.connections[0].candidates[0], candidates[0]);
});

Deno.test("Peer that waits for an offer makes its own after 10 s", async () => {
  const { clock, log, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: false });
  await clock.run(9_999);
  assertEquals(log, []);
  await clock.run(500);
  assertEquals([a.state, b.state], ["connected", "connected"]);
});

Deno.test("Peer rebuilds after lost signals, and the other follows", async () => {
  const { clock, network, log, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(200);
  log.length = 0;
  a.rebuild();
  await clock.run(200);
  assertEquals(descriptions(log), ["a offer 2", "b answer 2"]);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  assertEquals(connected(network).length, 2);
});

Deno.test("Peer: both rebuild at once, again and again, and converge (100 seeds)", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { clock, network, end } = rig(seed);
    const a = end("a", { offer: false, tracks: BOTH() });
    const b = end("b", { offer: true, tracks: BOTH() });
    const random = seededRandom(seed);
    for (let i = 0; i < 6; i++) {
      await clock.run(random() * 60);
      if (random() < 0.7) a.rebuild();
      if (random() < 0.7) b.rebuild();
    }
    await clock.run(2_000);
    assertEquals(
      [a.state, b.state],
      ["connected", "connected"],
      `seed ${seed}`,
    );
    for (const connection of connected(network)) {
      assertEquals(connection.getTransceivers().length, 2, `seed ${seed}`);
    }
  }
});

Deno.test("Peer ignores nonsense, and what is late", async () => {
  const { clock, network, log, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(200);
  b.rebuild();
  await clock.run(200);
  log.length = 0;
  const description = { type: "offer", sdp: "{}" };
  const candidates = [{ candidate: "x", usernameFragment: "none" }];
  const nonsense: unknown[] = [
    null,
    1,
    "offer",
    [],
    {},
    { connection: 2 },
    { connection: 0, description },
    { connection: "2", description },
    { connection: 1, description },
    { connection: 2, description: { type: "rollback", sdp: "" } },
    { connection: 2, description: { type: "answer", sdp: "late" } },
    { connection: 2, candidates: {} },
    { connection: 2, candidates: [null] },
    { connection: 2, candidates },
  ];
  for (const data of nonsense) a.receive(data);
  await clock.run(200);
  assertEquals([log, a.state], [[], "connected"]);
  assertEquals(network.connections.length, 4);
});

Deno.test("Peer survives an offer that cannot be used: it builds anew", async () => {
  const { clock, network, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(200);
  a.receive({ connection: 1, description: { type: "offer", sdp: "v=0" } });
  await clock.run(20_000);
  assertEquals(network.connections.length, 4);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  assertEquals(connected(network).length, 2);
});

Deno.test("Peer, closed, leaves nothing open and no timer", async () => {
  const { clock, network, end } = rig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(15);
  a.close();
  b.close();
  await clock.run(100);
  assertEquals(clock.waiting, 0);
  assert(network.connections.every((c) => c.signalingState === "closed"));
});

Deno.test("Peer: an ICE restart by who answered first, though the other's answer mistakes its DTLS role", async () => {
  const { clock, network, end } = rig();
  end("a", { offer: true });
  end("b", { offer: false });
  await clock.advance(1_000);
  const [first, second] = connected(network);
  second.restartIce();
  await clock.advance(1_000);
  first.restartIce();
  await clock.advance(1_000);
  second.restartIce();
  await clock.advance(1_000);
  assertEquals(network.connections, [first, second]);
  assertEquals([first, second].map(({ offers }) => offers), [2, 2]);
});
