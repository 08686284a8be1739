import { assert, assertEquals } from "@std/assert";
import { MEDIA } from "@/lib/client/mesh/negotiation.ts";
import type { Peer } from "@/lib/client/mesh/peer.ts";
import type { PeerSignal } from "@/lib/client/mesh/peer_signal.ts";
import {
  type FakePeerConnection,
  peerConnections,
} from "../../fakes/peer_connection.ts";
import { seededRandom } from "../../fakes/random.ts";
import {
  ALL,
  connected,
  descriptions,
  loseAddresses,
  peerRig,
} from "./peer_rig.ts";

Deno.test("Peer: the newcomer offers at once, the resident answers, both send and receive", async () => {
  const { clock, network, log, end } = peerRig();
  const tracks = { a: ALL(), b: ALL() };
  const a = end("a", { offer: false, tracks: tracks.a });
  const b = end("b", { offer: true, tracks: tracks.b });
  await clock.run(200);
  assertEquals(descriptions(log), ["b offer 1", "a answer 1"]);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  const sent = network.connections.map((connection) =>
    connection.getTransceivers().map(({ sender }) => sender.track)
  );
  const given = [tracks.a, tracks.b].map((t) => Object.values(t));
  assertEquals(sent as unknown, given);
  for (const peer of [a, b]) {
    const { audio, video, screen, screenAudio } = peer;
    const kinds = [audio, video, screen, screenAudio]
      .map((stream) => stream?.getTracks()[0].kind);
    assertEquals(kinds, ["audio", "video", "video", "audio"]);
  }
});

Deno.test("Peer offers before there is a microphone, and needs no new offer for it, for muting, for the camera or for the screen", async () => {
  const { clock, network, log, end } = peerRig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(200);
  const tracks = ALL();
  const { audio } = a;
  for (const peer of [a, b]) {
    for (const { name } of MEDIA) peer.setTrack(name, tracks[name]);
    for (const name of ["camera", "screen", "screenAudio"] as const) {
      peer.setTrack(name, null);
      peer.setTrack(name, tracks[name]);
    }
  }
  await clock.run(1_000);
  for (const connection of network.connections) {
    const sent = connection.getTransceivers().map((t) => t.sender.track);
    assertEquals(sent as unknown, Object.values(tracks));
    const agreed = connection.getTransceivers().map((t) => t.currentDirection);
    assertEquals(agreed, MEDIA.map(() => "sendrecv"));
  }
  assertEquals(descriptions(log).length, 2);
  assert(a.audio === audio, "the stream has changed without need");
});

Deno.test("Peer: tracks that come between offer and answer are sent", async () => {
  const { clock, network, end } = peerRig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  const tracks = ALL();
  a.setTrack("microphone", tracks.microphone);
  b.setTrack("camera", tracks.camera);
  await clock.run(200);
  const sent = network.connections.map((connection) =>
    connection.getTransceivers().map((t) => t.sender.track)
  );
  assertEquals(sent as unknown, [
    [tracks.microphone, null, null, null],
    [null, tracks.camera, null, null],
  ]);
});

Deno.test("Peer understands an older page, which has microphone and camera alone, whoever offers", async () => {
  for (const weOffer of [true, false]) {
    const { clock, network, end, ends } = peerRig();
    const peer = end("a", { offer: weOffer, tracks: ALL() });
    // Its half of the negotiation, by hand.
    const Connection = peerConnections(network);
    const old = new Connection() as unknown as FakePeerConnection;
    old.createDataChannel("ringdown");
    const say = (signal: object) => peer.receive({ connection: 1, ...signal });
    const describe = async () => {
      await old.setLocalDescription();
      say({ description: { ...old.localDescription } });
    };
    old.onicecandidate = ({ candidate }) => {
      if (candidate) say({ candidates: [candidate] });
    };
    ends.set("b", {
      async receive(signal: PeerSignal) {
        if ("candidates" in signal) return;
        await old.setRemoteDescription(signal.description);
        if (signal.description.type !== "offer") return;
        for (const transceiver of old.getTransceivers().slice(0, 2)) {
          transceiver.direction = "sendrecv";
        }
        await describe();
      },
    } as unknown as Peer);
    if (!weOffer) {
      for (const kind of ["audio", "video"] as const) old.addTransceiver(kind);
      describe();
    }
    await clock.run(500);
    assertEquals(peer.state, "connected");
    const directions = old.getTransceivers().map((t) => t.currentDirection);
    assertEquals(directions.slice(0, 2), ["sendrecv", "sendrecv"]);
    const { audio, video, screen, screenAudio } = peer;
    assert(audio !== null && video !== null);
    if (!weOffer) assertEquals([screen, screenAudio], [null, null]);
    peer.close();
  }
});

Deno.test("Peer: two first offers that meet end in one connection with the fixed transceivers (100 seeds)", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { clock, network, end } = peerRig(seed);
    const tracks = { a: ALL(), b: ALL() };
    end("a", { offer: true, tracks: tracks.a });
    await clock.run(seed % 25);
    end("b", { offer: true, tracks: tracks.b });
    await clock.run(1_000);
    const both = connected(network);
    assertEquals(both.length, 2, `seed ${seed}`);
    for (const connection of both) {
      assertEquals(
        connection.getTransceivers().length,
        MEDIA.length,
        `seed ${seed}`,
      );
      assertEquals(connection.signalingState, "stable", `seed ${seed}`);
    }
    const sent = new Set(both.map((c) => c.getTransceivers()[0].sender.track));
    const given = new Set([tracks.a.microphone, tracks.b.microphone]);
    assertEquals(sent as unknown, given, `seed ${seed}`);
  }
});

Deno.test("Peer restarts ICE 1.5 s after a loss, and is back when the path is", async () => {
  const { clock, network, log, end } = peerRig();
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
  const { clock, network, log, end } = peerRig();
  const a = end("a", { offer: false, tracks: ALL() });
  const b = end("b", { offer: true, tracks: ALL() });
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
  assert(a.channel.isOpen && b.channel.isOpen, "the channel stayed closed");
  const open = network.connections.filter((c) => c.signalingState !== "closed");
  assertEquals(open.length, 2);
  assert(log.every((line) => !line.includes("NaN")));
});

Deno.test("Peer that nothing reaches, on a path that looks well to both, builds a new connection within 12 s; a silent one is none of that", async () => {
  const { clock, network, end } = peerRig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: true });
  await clock.run(60_000);
  assertEquals(network.connections.length, 2);
  network.connections[0].channel!.isDeaf = true;
  await clock.run(8_000);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  await clock.run(4_000);
  assertEquals(network.connections.length, 4);
  assertEquals([a.state, b.state], ["connected", "connected"]);
  await clock.run(60_000);
  assertEquals(network.connections.length, 4);
});

Deno.test("Peer of a hidden page looks every 10 s, but often once nothing has come", async () => {
  const { clock, network, end } = peerRig(1, {
    visibilityState: "hidden",
  } as Document);
  end("a", { offer: false });
  end("b", { offer: true });
  await clock.run(60_000); // The next look is 2 s away.
  network.connections[0].channel!.isDeaf = true;
  await clock.run(12_000);
  assertEquals(network.connections.length, 4);
});

Deno.test("Peer calls a path failed when 15 s of trying have found none, and tries on", async () => {
  const { clock, network, end } = peerRig();
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
  const { clock, network, log, end, setFlow } = peerRig();
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
  const { clock, network, end, setFlow } = peerRig();
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
  const { clock, network, log, end, setFlow } = peerRig();
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
  const { clock, network, end } = peerRig();
  const a = end("a", { offer: false });
  const candidates = [{ candidate: "early", usernameFragment: "2.1" }];
  a.receive({ connection: 1, candidates });
  await clock.run(100);
  end("b", { offer: true });
  await clock.run(200);
  assertEquals(network.connections[0].ice.candidates[0], candidates[0]);
});

Deno.test("Peer that waits for an offer makes its own after 10 s", async () => {
  const { clock, log, end } = peerRig();
  const a = end("a", { offer: false });
  const b = end("b", { offer: false });
  await clock.run(9_999);
  assertEquals(log, []);
  await clock.run(500);
  assertEquals([a.state, b.state], ["connected", "connected"]);
});

Deno.test("Peer rebuilds after lost signals, and the other follows", async () => {
  const { clock, network, log, end } = peerRig();
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
    const { clock, network, end } = peerRig(seed);
    const a = end("a", { offer: false, tracks: ALL() });
    const b = end("b", { offer: true, tracks: ALL() });
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
      assertEquals(
        connection.getTransceivers().length,
        MEDIA.length,
        `seed ${seed}`,
      );
    }
  }
});

Deno.test("Peer ignores nonsense, and what is late", async () => {
  const { clock, network, log, end } = peerRig();
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
  const { clock, network, end } = peerRig();
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
  const { clock, network, end } = peerRig();
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
  const { clock, network, end } = peerRig();
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
