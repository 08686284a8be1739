import { assert, assertEquals } from "@std/assert";
import { listDevices, mediaFailure } from "@/lib/client/media/devices.ts";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { FakeMediaDevices, FakeMediaStream } from "../../fakes/media.ts";

function rig() {
  const devices = new FakeMediaDevices();
  const media = new LocalMedia({
    mediaDevices: devices,
    MediaStream: FakeMediaStream,
  });
  const statuses = () =>
    [media.view.microphone, media.view.camera].map((device) =>
      device.status === "failed" ? device.failure : device.status
    );
  return { devices, media, statuses };
}

const FAILURES = [
  ["NotAllowedError", "permission-denied"],
  ["SecurityError", "permission-denied"],
  ["NotFoundError", "no-device"],
  ["OverconstrainedError", "no-device"],
  ["NotReadableError", "device-busy"],
  ["AbortError", "device-busy"],
  ["TypeError", "failed"],
  ["constructor", "failed"],
] as const;

for (const [name, failure] of FAILURES) {
  Deno.test(`LocalMedia: a microphone that fails with ${name} is ${failure}`, async () => {
    const { devices, media, statuses } = rig();
    devices.failure.audio = name;
    await media.enableMicrophone();
    assertEquals(statuses(), [failure, "off"]);
  });
}

Deno.test("mediaFailure stands anything", () => {
  for (const error of [null, undefined, "NotAllowedError", {}, new Error()]) {
    assertEquals(mediaFailure(error), "failed");
  }
});

Deno.test("LocalMedia on a page without devices is an insecure page", async () => {
  const media = new LocalMedia({ MediaStream: FakeMediaStream });
  const { microphone, camera } = await media.open({
    microphone: true,
    camera: true,
  });
  const failed = { status: "failed", failure: "insecure-page" } as const;
  assertEquals([microphone, camera], [failed, failed]);
});

Deno.test("LocalMedia opens both with one question", async () => {
  const { devices, media, statuses } = rig();
  await media.open({ microphone: true, camera: true });
  assertEquals(devices.asked.length, 1);
  assertEquals(statuses(), ["on", "on"]);
});

Deno.test("LocalMedia: sound without a camera, a camera without sound, each with its own outcome", async () => {
  for (const missing of ["audio", "video"] as const) {
    const { devices, media, statuses } = rig();
    devices.failure[missing] = "NotFoundError";
    await media.open({ microphone: true, camera: true });
    const outcomes = missing === "audio"
      ? ["no-device", "on"]
      : ["on", "no-device"];
    assertEquals(statuses(), outcomes);
    assertEquals(devices.open, 1);
  }
});

Deno.test("LocalMedia never asks two questions at a time", async () => {
  const { devices, media, statuses } = rig();
  devices.failure = { audio: "NotAllowedError", video: "NotAllowedError" };
  await media.open({ microphone: true, camera: true });
  assertEquals(statuses(), ["permission-denied", "permission-denied"]);
  assertEquals([devices.asked.length, devices.mostQuestions], [3, 1]);
});

Deno.test("LocalMedia mutes at once, stays open, and is back at once", async () => {
  const { devices, media, statuses } = rig();
  await media.enableMicrophone();
  const { audio } = media.view;
  media.disableMicrophone();
  assertEquals([statuses()[0], devices.tracks[0].enabled], ["muted", false]);
  assertEquals(devices.open, 1);
  await media.enableMicrophone();
  assertEquals([statuses()[0], devices.tracks[0].enabled], ["on", true]);
  assert(media.view.audio === audio);
  assertEquals(devices.asked.length, 1);
});

Deno.test("LocalMedia closes the camera when it is switched off, and opens it again", async () => {
  const { devices, media, statuses } = rig();
  await media.enableCamera();
  media.disableCamera();
  assertEquals([statuses()[1], devices.open], ["off", 0]);
  assertEquals(media.view.video, null);
  await media.enableCamera();
  assertEquals([statuses()[1], devices.open], ["on", 1]);
});

Deno.test("LocalMedia stops a track that comes after it was switched off", async () => {
  const { devices, media, statuses } = rig();
  devices.hold();
  const opening = media.open({ microphone: true, camera: true });
  assertEquals(statuses(), ["opening", "opening"]);
  media.disableMicrophone();
  media.disableCamera();
  devices.release();
  await opening;
  assertEquals([statuses(), devices.open], [["off", "off"], 0]);
});

Deno.test("LocalMedia asks once when it is switched on twice", async () => {
  const { devices, media } = rig();
  await Promise.all([media.enableCamera(), media.enableCamera()]);
  assertEquals([devices.asked.length, devices.open], [1, 1]);
});

Deno.test("LocalMedia closes everything it opened", async () => {
  const { devices, media, statuses } = rig();
  await media.open({ microphone: true, camera: true });
  media.disableMicrophone();
  media.close();
  assertEquals([statuses(), devices.open], [["off", "off"], 0]);
  assertEquals([media.view.audio, media.view.video], [null, null]);
});

Deno.test("LocalMedia tells of every change with a new view", async () => {
  const { media } = rig();
  const seen: string[] = [];
  const stop = media.subscribe((view) => seen.push(view.camera.status));
  await media.enableCamera();
  media.disableCamera();
  stop();
  await media.enableCamera();
  assertEquals(seen, ["opening", "on", "off"]);
});

Deno.test("listDevices sorts by kind, leaves out nameless entries and stands a browser that refuses", async () => {
  const info = (kind: string, deviceId: string) => ({
    kind,
    deviceId,
    label: `${kind} ${deviceId}`,
  });
  const all = [
    info("audioinput", "1"),
    info("videoinput", ""),
    info("audiooutput", "3"),
  ];
  const enumerateDevices = () => Promise.resolve(all as MediaDeviceInfo[]);
  assertEquals(await listDevices({ enumerateDevices }), {
    microphones: [{ deviceId: "1", label: "audioinput 1" }],
    cameras: [],
    speakers: [{ deviceId: "3", label: "audiooutput 3" }],
  });
  const refuses = { enumerateDevices: () => Promise.reject(new Error("no")) };
  assertEquals((await listDevices(refuses)).cameras, []);
});
