import { assert, assertEquals } from "@std/assert";
import { FakeStats } from "../../fakes/stats.ts";
import {
  channels,
  manualPair,
  rejects,
  rig,
  signaledPair,
  throws,
} from "./rig.ts";

Deno.test("VOIPService begins with everything off", () => {
  const { voip } = rig().person();
  assertEquals(voip.getState(), {
    microphone: "off",
    speaker: "on",
    connection: null,
    inputLevel: 0,
    quality: 0,
  });
  assertEquals(voip.getConnectionState(), null);
});

Deno.test("VOIPService refuses encryption of its own: nobody is to believe to have it", () => {
  throws(
    () => rig().person({ enableAppLayerEncryption: true }),
    "encryption-unsupported",
  );
  rig().person({ enableAppLayerEncryption: false, encryptionToken: "t" });
});

Deno.test("VOIPService refuses servers that are none, and browsers without WebRTC", async () => {
  const options = { iceServers: "stun:x" as unknown as RTCIceServer[] };
  const { person } = rig();
  await rejects(
    person(options).voip.createConnection("room", "ben"),
    "invalid-argument",
  );
  const platform = { RTCPeerConnection: undefined };
  await rejects(
    person({ platform }).voip.createConnection("room", "ben"),
    "webrtc-missing",
  );
});

Deno.test("VOIPService silences the speaker, also for what comes later", async () => {
  const { ann, ben } = await manualPair();
  const [track] = ann.streams[0].getAudioTracks();
  ann.voip.setSpeakerMuted(true);
  assertEquals([ann.voip.getState().speaker, track.enabled], ["muted", false]);
  ann.voip.setSpeakerMuted(false);
  assertEquals([ann.voip.getState().speaker, track.enabled], ["on", true]);
  assert(ben.streams[0].getAudioTracks()[0].enabled);
  const later = rig();
  const wire = channels(later.clock);
  const [one, two] = [
    later.person({ signaling: wire.a }),
    later.person({ signaling: wire.b }),
  ];
  one.voip.setSpeakerMuted(true);
  await one.voip.createConnection("room", "two");
  await two.voip.createConnection("room", "one");
  await later.clock.run(500);
  assert(!one.streams[0].getAudioTracks()[0].enabled);
});

Deno.test("VOIPService tells of a connection that fails", async () => {
  const { clock, network, ann } = await manualPair();
  ann.log.length = 0;
  network.isBlocked = true;
  await clock.run(8_000);
  assertEquals(ann.voip.getState().quality, 0);
  await clock.run(20_000);
  assertEquals(ann.log, ["disconnected", "failed", "error connection-failed"]);
});

Deno.test("VOIPService closes what it has opened, and refuses everything afterwards", async () => {
  const { clock, network, person, after, ann, ben } = await manualPair();
  ann.voip.closeConnection();
  assertEquals(ann.voip.getConnectionState(), null);
  assertEquals(ann.voip.getState().microphone, "on");
  assertEquals(ann.log.at(-1), "closed");
  await ann.voip.createConnection("room", "carl");
  const offering = ann.voip.createOffer();
  ann.voip.close();
  ann.voip.close();
  await rejects(after(100, offering), "cancelled");
  ben.voip.close();
  assertEquals([ann.devices.open, ben.devices.open], [0, 0]);
  assert(network.connections.every((c) => c.signalingState === "closed"));
  await rejects(ann.voip.enableMicrophone(), "closed");
  await rejects(ann.voip.createConnection("room", "ben"), "closed");
  await rejects(ann.voip.createOffer(), "closed");
  throws(() => ann.voip.setMicrophoneMuted(true), "closed");
  throws(() => ann.voip.setSpeakerMuted(true), "closed");
  assertEquals(ann.voip.getState().microphone, "off");
  await clock.run(10_000);
  assertEquals(clock.waiting, 0);
  person().voip.close();
});

Deno.test("VOIPService: what a callback throws breaks nothing", async () => {
  const reported: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error);
  };
  addEventListener("error", listener);
  try {
    const { clock, person } = rig();
    const wire = channels(clock);
    const failure = new Error("mine");
    const onConnectionStateChange = () => {
      throw failure;
    };
    const ann = person({ signaling: wire.a, onConnectionStateChange });
    const ben = person({ signaling: wire.b });
    await ann.voip.createConnection("room", "ben");
    await ben.voip.createConnection("room", "ann");
    await clock.run(500);
    assertEquals(ann.voip.getConnectionState(), "connected");
    assertEquals(reported, [failure, failure]);
  } finally {
    removeEventListener("error", listener);
  }
});

for (
  const [kind, pair] of [["manual", manualPair], [
    "automatic",
    signaledPair,
  ]] as const
) {
  Deno.test(`VOIPService measures a ${kind} connection from 0 to 100`, async () => {
    const { clock, network, ann, ben } = await pair();
    const stats = new FakeStats();
    const [connection] = network.connections;
    const look = async (lostPercent: number) => {
      stats.flow(2, lostPercent);
      connection.stats = stats.report() as unknown as Map<string, unknown>;
      await clock.run(2_000);
      return ann.voip.getState().quality;
    };
    for (let i = 0; i < 4; i++) await look(0);
    const good = await look(0);
    assert(good > 80 && good < 100, `${good}`);
    for (let i = 0; i < 4; i++) await look(30);
    const bad = await look(30);
    assert(bad > 0 && bad < good - 20, `${bad}`);
    network.isBlocked = true;
    await clock.run(8_000);
    assertEquals(ann.voip.getState().quality, 0);
    ann.voip.close();
    ben.voip.close();
    assertEquals(ann.voip.getState().quality, 0);
    await clock.run(10_000);
    assertEquals(clock.waiting, 0);
  });
}
