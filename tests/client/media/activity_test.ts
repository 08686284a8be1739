import { assert, assertEquals } from "@std/assert";
import { Activity } from "@/lib/client/media/activity.ts";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import {
  FakeMediaDevices,
  FakeMediaStream,
  FakeTrack,
} from "../../fakes/media.ts";
import { fakeParticipant } from "../../fakes/participant.ts";
import { FakeSoundContext } from "../../fakes/sound.ts";

const LOUD = 0.2;
const HISS = 0.0005;

/** A stream that the fake context knows by its track, as Web Audio does. */
const stream = () =>
  new FakeMediaStream(
    [new FakeTrack("audio")] as unknown as MediaStreamTrack[],
  );

const [VOICE, OTHER_VOICE] = [stream(), stream()];
const ME = fakeParticipant("me", { isLocal: true });
const ANN = fakeParticipant("ann", { audio: VOICE });
const BEN = fakeParticipant("ben", { audio: OTHER_VOICE });

function rig() {
  const clock = new VirtualClock();
  const sound = new FakeSoundContext();
  const devices = new FakeMediaDevices();
  const media = new LocalMedia({
    mediaDevices: devices as unknown as MediaDevices,
    MediaStream: FakeMediaStream,
    clock,
  });
  const activity = new Activity({
    soundContext: sound.context,
    clock,
    MediaStream: FakeMediaStream,
  });
  const update = (...others: typeof ANN[]) =>
    activity.update(ME, media.view, others);
  return { clock, sound, devices, media, activity, update };
}

Deno.test("Activity makes no audio context while the first sound is being set up", () => {
  const { clock, sound, update } = rig();
  update(ANN);
  clock.runNow(700);
  assertEquals(sound.made, 0);
  clock.runNow(200);
  assertEquals([sound.made, sound.sources], [1, 1]);
});

Deno.test("Activity tells who speaks, how loudly, and who holds the floor", () => {
  const { clock, sound, activity, update } = rig();
  update(ANN, BEN);
  clock.runNow(1_000);
  assertEquals([...activity.view.speaking], []);
  assertEquals(activity.view.activeSpeaker, null);
  const seen: string[][] = [];
  activity.subscribe(({ speaking }) => seen.push([...speaking]));
  sound.peaks.set(VOICE, LOUD);
  clock.runNow(300);
  assertEquals(seen, [["ann"]], "told once, not with every level");
  assertEquals(activity.view.activeSpeaker, "ann");
  assert(activity.level("ann") > 50 && activity.level("ben") === 0);
  sound.peaks.set(VOICE, 0);
  clock.runNow(1_000);
  assertEquals([...activity.view.speaking], []);
  assertEquals(activity.view.activeSpeaker, "ann");
});

Deno.test("Activity measures nobody who is muted or gone", () => {
  const { clock, sound, activity, update } = rig();
  update(ANN, BEN);
  sound.peaks.set(VOICE, LOUD);
  clock.runNow(1_000);
  assertEquals([...activity.view.speaking], ["ann"]);
  update({ ...ANN, microphoneOn: false }, BEN);
  assertEquals([[...activity.view.speaking], sound.sources], [[], 1]);
  assertEquals(activity.level("ann"), 0);
  update();
  assertEquals([sound.sources, clock.waiting], [0, 0]);
  assertEquals(activity.view.activeSpeaker, null);
});

Deno.test("Activity shows oneself speaking, but never as the active speaker", async () => {
  const { clock, sound, media, activity, update } = rig();
  await media.enableMicrophone();
  update();
  sound.otherPeak = LOUD;
  clock.runNow(1_000);
  assertEquals([...activity.view.speaking], ["me"]);
  assert(activity.level("me") > 50);
  assertEquals(activity.view.activeSpeaker, null);
});

Deno.test("Activity hears that somebody talks while muted, on a clone that is closed with it", async () => {
  const { clock, sound, media, devices, activity, update } = rig();
  await media.enableMicrophone();
  media.disableMicrophone();
  update();
  const [clone] = devices.tracks[0].clones;
  assertEquals([clone.enabled, devices.tracks[0].enabled], [true, false]);
  sound.otherPeak = LOUD;
  clock.runNow(3_000);
  assertEquals(activity.view.talkingWhileMuted, true);
  assertEquals([[...activity.view.speaking], activity.level("me")], [[], 0]);
  await media.enableMicrophone();
  update();
  assertEquals(activity.view.talkingWhileMuted, false);
  assertEquals(clone.readyState, "ended");
});

Deno.test("Activity warns of an open microphone that gives nothing, until it does", async () => {
  const { clock, sound, media, activity, update } = rig();
  await media.enableMicrophone();
  update();
  sound.otherPeak = 0;
  clock.runNow(8_000);
  assertEquals(activity.view.silentMicrophone, false);
  clock.runNow(1_500);
  assertEquals(activity.view.silentMicrophone, true);
  sound.otherPeak = HISS;
  clock.runNow(200);
  assertEquals(activity.view.silentMicrophone, false);
});

Deno.test("Activity does not warn of silence that it cannot measure, or that the system makes", async () => {
  for (const why of ["suspended", "muted by the system"] as const) {
    const { clock, sound, media, devices, activity, update } = rig();
    await media.enableMicrophone();
    update();
    sound.otherPeak = 0;
    if (why === "suspended") sound.state = "suspended";
    else devices.tracks[0].setMuted(true);
    clock.runNow(30_000);
    assertEquals(activity.view.silentMicrophone, false, why);
  }
});

Deno.test("Activity gives back everything", async () => {
  const { clock, sound, media, devices, activity, update } = rig();
  await media.enableMicrophone();
  media.disableMicrophone();
  update(ANN);
  clock.runNow(2_000);
  activity.close();
  media.close();
  assertEquals([sound.sources, clock.waiting, devices.watchers], [0, 0, 0]);
  assertEquals(devices.tracks[0].clones[0].readyState, "ended");
  update(ANN);
  assertEquals(clock.waiting, 0);
});
