import { assert, assertEquals } from "@std/assert";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import {
  deviceInfo,
  FakeMediaDevices,
  FakeMediaStream,
  FakePermissions,
} from "../../fakes/media.ts";

const BUILT_IN = deviceInfo("audioinput", "built-in");
const HEADSET = deviceInfo("audioinput", "headset");
const CAMERA = deviceInfo("videoinput", "camera");

function rig(...plugged: MediaDeviceInfo[]) {
  const devices = new FakeMediaDevices();
  devices.plugged = plugged;
  const permissions = new FakePermissions();
  const clock = new VirtualClock();
  const media = new LocalMedia({
    mediaDevices: devices as unknown as MediaDevices,
    MediaStream: FakeMediaStream,
    permissions,
    clock,
  });
  /** Every status that was ever told, without repetition. */
  const told: string[] = [];
  media.subscribe(({ microphone: { status } }) => {
    if (told.at(-1) !== status) told.push(status);
  });
  return { devices, permissions, clock, media, told };
}

type Rig = ReturnType<typeof rig>;

function state({ media, devices }: Rig) {
  const { microphone, microphoneId, microphoneNotice } = media.view;
  return {
    status: microphone.status === "failed"
      ? microphone.failure
      : microphone.status,
    open: devices.openDevices,
    chosen: microphoneId,
    notice: microphoneNotice,
  };
}

async function settle({ clock }: Rig): Promise<void> {
  await clock.run(1_000);
}

Deno.test("LocalDevice opens the next microphone before it closes the last", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { media, clock, devices, told } = one;
  await media.enableMicrophone();
  const choosing = media.chooseMicrophone("headset");
  await clock.run(100);
  // It warms up; the last one is still what the others hear.
  assertEquals(devices.openDevices, ["built-in", "headset"]);
  assertEquals(trackOf(media)?.label, "built-in");
  await clock.run(150);
  await choosing;
  assertEquals(trackOf(media)?.label, "headset");
  assertEquals(devices.openDevices, ["built-in", "headset"]);
  await settle(one);
  assertEquals(state(one), {
    status: "on",
    open: ["headset"],
    chosen: "headset",
    notice: null,
  });
  assertEquals(told, ["opening", "on"], "nobody is told of a change");
});

function trackOf(media: LocalMedia): MediaStreamTrack | null {
  const { microphone } = media.view;
  return "track" in microphone ? microphone.track : null;
}

Deno.test("LocalDevice: a muted microphone stays muted through every change", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { media, devices, told } = one;
  await media.enableMicrophone();
  media.disableMicrophone();
  media.chooseMicrophone("headset");
  await settle(one);
  assertEquals(devices.openDevices, ["headset"]);
  devices.plug(BUILT_IN);
  await settle(one);
  assertEquals(devices.openDevices, ["built-in"]);
  devices.plug(BUILT_IN, HEADSET);
  await settle(one);
  assertEquals(devices.openDevices, ["headset"]);
  const live = devices.tracks.filter((track) => track.readyState === "live");
  assertEquals(live.map(({ enabled }) => enabled), [false]);
  assert(told.slice(1).every((status) => status !== "on" || told[1] === "on"));
  assertEquals(told.filter((status) => status === "on").length, 1);
});

Deno.test("LocalDevice: who chooses the browser's entry of the default goes on following it", async () => {
  const entry = (name: string) =>
    deviceInfo("audioinput", "default", `Default - ${name}`, name);
  const one = rig(entry("built-in"), BUILT_IN, HEADSET);
  const { media, devices } = one;
  await media.enableMicrophone();
  media.chooseMicrophone("headset");
  await settle(one);
  media.chooseMicrophone("default");
  await settle(one);
  assertEquals([media.view.microphoneId, devices.openDevices], [undefined, [
    "default",
  ]]);
  devices.plug(entry("headset"), BUILT_IN, HEADSET);
  await settle(one);
  assertEquals(devices.openDevices, ["headset"]);
});

Deno.test("LocalDevice unmutes what was muted while it was changed", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { media, devices } = one;
  await media.enableMicrophone();
  media.chooseMicrophone("headset");
  await one.clock.run(50);
  media.disableMicrophone();
  await settle(one);
  assertEquals([state(one).status, devices.tracks[1].enabled], [
    "muted",
    false,
  ]);
  await media.enableMicrophone();
  assertEquals([state(one).status, devices.tracks[1].enabled], ["on", true]);
});

Deno.test("LocalDevice closes the last first where only one can be open", async () => {
  const one = rig(BUILT_IN, HEADSET);
  one.devices.holdsOnlyOne = true;
  await one.media.enableMicrophone();
  one.media.chooseMicrophone("headset");
  await settle(one);
  assertEquals(state(one), {
    status: "on",
    open: ["headset"],
    chosen: "headset",
    notice: null,
  });
});

Deno.test("LocalDevice keeps what it has when the chosen one is busy, and says so", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { devices, media } = one;
  await media.enableMicrophone();
  const open = devices.getUserMedia;
  devices.getUserMedia = (constraints) =>
    JSON.stringify(constraints).includes("headset")
      ? Promise.reject(new DOMException("fake", "NotReadableError"))
      : open(constraints);
  media.chooseMicrophone("headset");
  await settle(one);
  assertEquals(state(one), {
    status: "on",
    open: ["built-in"],
    chosen: undefined,
    notice: { kind: "not-changed", failure: "device-busy" },
  });
});

Deno.test("LocalDevice takes the browser's choice while the chosen one is unplugged, and goes back to it", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { devices, media } = one;
  await media.chooseMicrophone("headset");
  await media.enableMicrophone();
  devices.plug(BUILT_IN);
  await settle(one);
  const standIn = {
    status: "on",
    open: ["built-in"],
    chosen: undefined,
    notice: { kind: "unplugged", label: "headset" },
  };
  assertEquals<unknown>(state(one), standIn);
  devices.plug(BUILT_IN, CAMERA);
  await settle(one);
  assertEquals<unknown>(state(one), standIn);
  devices.plug(BUILT_IN, HEADSET);
  await settle(one);
  assertEquals(state(one), {
    status: "on",
    open: ["headset"],
    chosen: "headset",
    notice: null,
  });
});

Deno.test("LocalDevice: the only microphone is unplugged, and used again when it is back", async () => {
  const one = rig(BUILT_IN);
  const { devices, media } = one;
  await media.enableMicrophone();
  devices.plug(CAMERA);
  await settle(one);
  assertEquals(state(one).status, "no-device");
  devices.plug(CAMERA, BUILT_IN);
  await settle(one);
  assertEquals([state(one).status, devices.openDevices], ["on", ["built-in"]]);
});

Deno.test("LocalDevice: what was given up while it was unplugged stays closed", async () => {
  const one = rig(BUILT_IN);
  const { devices, media } = one;
  await media.enableMicrophone();
  devices.plug(CAMERA);
  await settle(one);
  media.disableMicrophone();
  devices.plug(CAMERA, BUILT_IN);
  await settle(one);
  assertEquals([state(one).status, devices.open], ["off", 0]);
});

Deno.test("LocalDevice stands in for a chosen device that is not there to begin with", async () => {
  const one = rig(BUILT_IN);
  const { devices, media } = one;
  await media.chooseMicrophone("headset");
  await media.enableMicrophone();
  assertEquals(state(one).notice, { kind: "unplugged", label: "" });
  devices.plug(BUILT_IN, HEADSET);
  await settle(one);
  assertEquals(state(one).open, ["headset"]);
});

/** As Chromium lists them: the system's choice has an entry of its own. */
function chromium(choice: MediaDeviceInfo): MediaDeviceInfo[] {
  const label = `Default - ${choice.label}`;
  const entry = deviceInfo("audioinput", "default", label, choice.groupId);
  return [entry, BUILT_IN, HEADSET];
}

Deno.test("LocalDevice follows the system's choice where nothing else was chosen", async () => {
  const one = rig(...chromium(BUILT_IN));
  const { devices, media } = one;
  await media.enableMicrophone();
  await settle(one);
  devices.plug(...chromium(BUILT_IN), CAMERA);
  await settle(one);
  assertEquals(devices.asked.length, 1, "a camera changes nothing");
  devices.plug(...chromium(HEADSET));
  await settle(one);
  assertEquals(state(one), {
    status: "on",
    open: ["headset"],
    chosen: undefined,
    notice: null,
  });
  devices.plug(...chromium(BUILT_IN));
  await settle(one);
  assertEquals(state(one).open, ["built-in"]);
});

Deno.test("LocalDevice leaves a chosen device when the system's choice changes", async () => {
  const one = rig(...chromium(BUILT_IN));
  const { devices, media } = one;
  await media.chooseMicrophone("built-in");
  await media.enableMicrophone();
  await settle(one);
  devices.plug(...chromium(HEADSET));
  await settle(one);
  assertEquals([state(one).open, devices.asked.length], [["built-in"], 1]);
});

Deno.test("LocalDevice leaves what the person picked in the browser's own question", async () => {
  const one = rig(HEADSET, ...chromium(BUILT_IN));
  const { devices, media } = one;
  await media.enableMicrophone();
  await settle(one);
  assertEquals(state(one).open, ["headset"]);
  devices.plug(HEADSET, ...chromium(BUILT_IN), CAMERA);
  await settle(one);
  assertEquals([state(one).open, devices.asked.length], [["headset"], 1]);
});

Deno.test("LocalDevice: the last is unplugged in the middle of a change", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { devices, media } = one;
  await media.enableMicrophone();
  media.chooseMicrophone("headset");
  await one.clock.run(50);
  devices.plug(HEADSET);
  await settle(one);
  assertEquals(state(one), {
    status: "on",
    open: ["headset"],
    chosen: "headset",
    notice: null,
  });
  assertEquals(devices.asked.length, 2);
});

Deno.test("LocalDevice closes when the permission is withdrawn, and asks for nothing", async () => {
  for (const state_ of ["denied", "prompt"] as const) {
    const one = rig(BUILT_IN);
    const { devices, media, permissions } = one;
    await media.enableMicrophone();
    await settle(one);
    permissions.set("microphone", state_);
    await settle(one);
    assertEquals([state(one).status, devices.open], ["permission-denied", 0]);
    assertEquals(devices.asked.length, 1);
  }
});

Deno.test("LocalDevice: a track that ends before the browser says why opens no question", async () => {
  const one = rig(BUILT_IN);
  const { devices, media, permissions } = one;
  await media.enableMicrophone();
  await settle(one);
  const query = permissions.query;
  permissions.query = async (what) => {
    const status = await query(what);
    return { ...status, state: "prompt" } as PermissionStatus;
  };
  devices.tracks[0].end();
  await settle(one);
  assertEquals([state(one).status, devices.asked.length], [
    "permission-denied",
    1,
  ]);
});

Deno.test("LocalDevice says that the system has muted it, and when that ends", async () => {
  const one = rig(BUILT_IN);
  const { devices, media } = one;
  await media.enableMicrophone();
  devices.tracks[0].setMuted(true);
  assertEquals(state(one).notice, { kind: "muted-by-system" });
  devices.tracks[0].setMuted(false);
  assertEquals(state(one).notice, null);
});

Deno.test("LocalDevice closes what comes after it was closed in the middle of a change", async () => {
  const one = rig(BUILT_IN, HEADSET);
  const { devices, media } = one;
  await media.enableMicrophone();
  devices.hold();
  media.chooseMicrophone("headset");
  await one.clock.run(0);
  media.close();
  devices.release();
  await settle(one);
  assertEquals([state(one).status, devices.open], ["off", 0]);
  assertEquals([devices.watchers, one.clock.waiting], [0, 0]);
});

Deno.test("LocalDevice uses the last of two that were chosen quickly", async () => {
  const other = deviceInfo("audioinput", "other");
  const one = rig(BUILT_IN, HEADSET, other);
  await one.media.enableMicrophone();
  one.media.chooseMicrophone("headset");
  await one.clock.run(50);
  one.media.chooseMicrophone("other");
  await settle(one);
  assertEquals([state(one).open, state(one).chosen], [["other"], "other"]);
});

Deno.test("LocalDevice changes a camera without another question about its direction", async () => {
  const back = deviceInfo("videoinput", "back");
  const one = rig(CAMERA, back);
  await one.media.enableCamera();
  one.media.chooseCamera("back");
  await settle(one);
  assertEquals(one.devices.openDevices, ["back"]);
  const asked = one.devices.asked[1].video as MediaTrackConstraints;
  assertEquals([asked.deviceId, asked.facingMode], [
    { exact: "back" },
    undefined,
  ]);
  one.media.disableCamera();
  assertEquals([one.devices.open, one.devices.watchers], [0, 0]);
});
