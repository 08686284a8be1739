import { assertEquals } from "@std/assert";
import type { MediaTracks } from "@/lib/client/mesh/negotiation.ts";
import type { Shown } from "@/lib/client/mesh/bitrate_policy.ts";
import { FakeStats } from "../../fakes/stats.ts";
import { fakeTrack } from "../../fakes/media.ts";
import { ALL, peerRig } from "./peer_rig.ts";

/** A pair, connected, of which both ends send sound and the camera. Sound flows as the tests let it. */
async function pair(tracks: Partial<MediaTracks> = {}, shown?: Shown) {
  const stats = new FakeStats();
  const { clock, network, end } = peerRig();
  const sent = { ...ALL(), screen: null, screenAudio: null, ...tracks };
  const a = end("a", { offer: false, tracks: sent });
  const b = end("b", { offer: true, tracks: sent });
  if (shown) b.show(shown);
  await clock.run(300);
  /** What `a` sends through its newest connection. */
  const sends = (transceiver: number) =>
    network.connections.findLast(({ connectionState, id }) =>
      connectionState === "connected" && id % 2 === 1
    )!.getTransceivers()[transceiver].sender.encoding;
  /** So many looks, in which `b` reports so much lost. */
  const pass = async (looks: number, fractionLost: number) => {
    for (let i = 0; i < looks; i++) {
      stats.reported.fractionLost = fractionLost;
      stats.flow(2);
      const report = stats.report() as unknown as Map<string, unknown>;
      for (const { stats } of network.connections) {
        report.forEach((stat, id) => stats.set(id, stat));
      }
      await clock.run(2_000);
    }
  };
  return { clock, network, a, b, sends, pass };
}

Deno.test("a pair: sound goes ahead of pictures, each with its cap", async () => {
  const { sends } = await pair({ screen: fakeTrack("video") });
  assertEquals(sends(0), {
    active: true,
    maxBitrate: 40_000,
    priority: "high",
    networkPriority: "high",
  });
  assertEquals(sends(1), {
    active: true,
    maxBitrate: 1_700_000,
    maxFramerate: 30,
    scaleResolutionDownBy: 1,
  });
  assertEquals(sends(2).maxBitrate, 2_000_000);
  assertEquals(sends(3).maxBitrate, 128_000);
});

Deno.test("a pair: more people share the upload", async () => {
  const { clock, a, sends } = await pair();
  a.setOthers(3);
  await clock.run(50);
  assertEquals([sends(1).maxBitrate, sends(1).scaleResolutionDownBy], [
    800_000,
    720 / 540,
  ]);
  a.setOthers(6);
  await clock.run(50);
  assertEquals([sends(1).maxBitrate, sends(1).scaleResolutionDownBy], [
    160_000,
    4,
  ]);
});

Deno.test("a pair: no more is sent than the other shows", async () => {
  const { clock, b, sends } = await pair({ screen: fakeTrack("video") });
  b.show({ camera: "small", screen: false });
  await clock.run(50);
  assertEquals([sends(1).maxBitrate, sends(2).active], [160_000, false]);
  b.show({ camera: "none", screen: true });
  await clock.run(50);
  assertEquals([sends(1).active, sends(2).active], [false, true]);
  b.show({ camera: "large", screen: true });
  await clock.run(50);
  assertEquals([sends(1).active, sends(1).maxBitrate], [true, 1_700_000]);
});

Deno.test("a pair: what is shown is told as soon as it can be, and holds on a new connection", async () => {
  const { clock, a, sends } = await pair({}, { camera: "small", screen: true });
  assertEquals(sends(1).maxBitrate, 160_000);
  a.rebuild();
  await clock.run(500);
  assertEquals([a.state, sends(1).maxBitrate], ["connected", 160_000]);
});

Deno.test("a pair: the quality is there 4 s after the path, and gone with it", async () => {
  const { network, clock, a, pass } = await pair();
  assertEquals(a.quality, null);
  await pass(2, 0);
  assertEquals([a.quality?.score, a.quality?.path], [92, "direct"]);
  network.isBlocked = true;
  await clock.run(8_000);
  assertEquals([a.state, a.quality], ["reconnecting", null]);
});

Deno.test("a pair: on a thin line the camera makes way for the sound, the other is told, and it comes back", async () => {
  const { a, b, sends, pass } = await pair();
  await pass(2, 0);
  const steps: unknown[] = [];
  for (let i = 0; i < 6; i++) {
    await pass(1, 0.3);
    steps.push(sends(1).active && sends(1).maxBitrate);
  }
  assertEquals(steps.slice(1), [850_000, 850_000, 425_000, 425_000, false]);
  assertEquals(b.paused, { camera: true, screen: false });
  assertEquals(a.paused.camera, true, "both lines are as thin here");
  assertEquals(sends(0).active, true);
  await pass(16, 0);
  assertEquals([sends(1).active, sends(1).maxBitrate], [true, 1_700_000]);
  assertEquals(b.paused, { camera: false, screen: false });
});

Deno.test("a pair: nothing of it is left when it is closed", async () => {
  const { clock, a, b, pass } = await pair();
  await pass(2, 0);
  a.close();
  b.close();
  await clock.run(60_000);
  assertEquals(clock.waiting, 0);
});
