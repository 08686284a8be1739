import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Playback } from "@/lib/client/media/playback.ts";
import {
  deviceInfo,
  FakeMediaDevices,
  FakeMediaStream,
  fakeTrack,
} from "../../fakes/media.ts";
import { fakeParticipant } from "../../fakes/participant.ts";
import { FakeElements, FakeSoundContext } from "../../fakes/sound.ts";

/** `plays`: what every new element plays already. */
function rig(
  { plays = null, ...options }: {
    speakerId?: string;
    masterVolume?: number;
    plays?: MediaStream | null;
  } = {},
) {
  const elements = new FakeElements();
  const sound = new FakeSoundContext();
  const devices = new FakeMediaDevices();
  devices.plugged = [
    deviceInfo("audiooutput", "built-in"),
    deviceInfo("audiooutput", "headset"),
  ];
  const playback = new Playback({
    ...options,
    createElement: () => Object.assign(elements.create(), { srcObject: plays }),
    soundContext: sound.context,
    mediaDevices: devices as unknown as MediaDevices,
  });
  return { elements, sound, devices, playback };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

const [VOICE, OTHER_VOICE, FILM] = [1, 2, 3].map(() => new FakeMediaStream());
const ANN = fakeParticipant("ann", { audio: VOICE });
const BEN = fakeParticipant("ben", { audio: OTHER_VOICE });

Deno.test("Playback plays at once, one element per sound, and nobody who has left", () => {
  const { elements, sound, playback } = rig();
  playback.update([ANN]);
  assertEquals(
    elements.there.map(({ srcObject, plays }) => [srcObject, plays]),
    [
      [VOICE, 1],
    ],
  );
  playback.update([{ ...ANN, screenAudio: FILM }, BEN]);
  assertEquals(elements.there.length, 3);
  playback.update([BEN]);
  assertEquals(elements.there.map(({ srcObject }) => srcObject), [OTHER_VOICE]);
  assertEquals([...playback.view.people.keys()], ["ben"]);
  playback.close();
  assertEquals([elements.there.length, sound.made], [0, 0]);
});

Deno.test("Playback lets an element go on that plays the very sound already, and no other", () => {
  const track = fakeTrack("audio");
  const [voice, again, other] = [track, track, fakeTrack("audio")]
    .map((track) => new FakeMediaStream([track]));
  for (const [stream, played] of [[again, voice], [other, other]]) {
    const { elements, playback } = rig({ plays: voice });
    playback.update([{ ...ANN, audio: stream }]);
    const [{ srcObject, plays }] = elements.all;
    assertStrictEquals(srcObject, played);
    assertEquals(plays, 1);
  }
});

Deno.test("Playback goes on with the same element when a sound is replaced", () => {
  const { elements, playback } = rig();
  playback.update([ANN]);
  playback.setVolume("ann", 40);
  playback.update([{ ...ANN, audio: FILM }]);
  assertEquals(elements.all.length, 1);
  assertEquals(
    elements.all.map(({ srcObject, volume }) => [srcObject, volume]),
    [
      [FILM, 0.4],
    ],
  );
});

Deno.test("Playback: a person's volume is theirs alone, and the master volume everyone's", () => {
  const { elements, sound, playback } = rig();
  playback.update([{ ...ANN, screenAudio: FILM }, BEN]);
  const volumes = () => elements.all.map(({ volume }) => volume);
  playback.setVolume("ann", 50);
  assertEquals(volumes(), [0.5, 0.5, 1]);
  playback.setMasterVolume(50);
  assertEquals(volumes(), [0.25, 0.25, 0.5]);
  assertEquals(playback.view.people.get("ann")?.volume, 50);
  assertEquals(sound.made, 0, "no Web Audio up to 100 %");
  playback.setVolume("nobody", 10);
  assert(!playback.view.people.has("nobody"));
});

Deno.test("Playback amplifies only who is above 100 percent, through the same element", async () => {
  const { elements, sound, playback } = rig();
  playback.update([ANN, BEN]);
  playback.setVolume("ann", 200);
  await settle();
  const [ann, ben, pump] = elements.all;
  assertEquals([ann.srcObject, ben.srcObject], [sound.amplified, OTHER_VOICE]);
  assertEquals([pump.srcObject, pump.muted], [VOICE, true]);
  assertEquals([sound.gain, ann.volume], [2, 1]);
  playback.setVolume("ann", 150);
  await settle();
  assertEquals([sound.gain, elements.all.length], [1.5, 3]);
  playback.setVolume("ann", 100);
  assertEquals([ann.srcObject, pump.isRemoved, sound.sources], [
    VOICE,
    true,
    0,
  ]);
});

Deno.test("Playback makes quieter by the amplifier where no element's volume can be set", async () => {
  const { elements, sound, playback } = rig();
  elements.fixedVolume = true;
  playback.update([ANN]);
  assertEquals(sound.made, 0, "no Web Audio at 100 %");
  playback.setVolume("ann", 50);
  await settle();
  assertEquals([elements.all[0].srcObject, sound.gain], [sound.amplified, 0.5]);
  playback.setMasterVolume(50);
  assertEquals(sound.gain, 0.25);
  playback.setVolume("ann", 150);
  assertEquals(sound.gain, 0.75);
  playback.setVolume("ann", 0);
  assertEquals(sound.gain, 0);
});

Deno.test("Playback amplifies what takes the place of an amplified sound", async () => {
  const { elements, sound, playback } = rig();
  playback.update([ANN]);
  playback.setVolume("ann", 200);
  await settle();
  playback.update([{ ...ANN, audio: FILM }]);
  await settle();
  assertEquals(elements.there.map(({ srcObject }) => srcObject), [
    sound.amplified,
    FILM,
  ]);
  playback.close();
  assertEquals([elements.there.length, sound.sources], [0, 0]);
});

Deno.test("Playback goes on as it is while Web Audio may not run yet", async () => {
  const { elements, sound, playback } = rig();
  sound.state = "suspended";
  playback.update([ANN]);
  playback.setVolume("ann", 200);
  await settle();
  assertEquals(elements.all.map(({ srcObject }) => srcObject), [VOICE]);
});

Deno.test("Playback: deafened is silent, and ends as it was", () => {
  const { elements, playback } = rig();
  playback.update([ANN, BEN]);
  playback.setMuted("ben", true);
  const muted = () => elements.all.map(({ muted }) => muted);
  assertEquals(muted(), [false, true]);
  playback.setDeafened(true);
  assertEquals(muted(), [true, true]);
  playback.update([ANN, BEN, fakeParticipant("cid", { audio: FILM })]);
  assertEquals(muted(), [true, true, true], "who comes is silent, too");
  playback.setDeafened(false);
  assertEquals(muted(), [false, true, false]);
});

Deno.test("Playback refuses volumes that there are not", () => {
  const { playback } = rig();
  playback.update([ANN]);
  for (const volume of [-1, 201, NaN, Infinity]) {
    assertThrows(() => playback.setVolume("ann", volume), RangeError);
    assertThrows(() => playback.setMasterVolume(volume), RangeError);
  }
  assertThrows(() => playback.setMasterVolume(101), RangeError);
  assertThrows(() => rig({ masterVolume: 101 }), RangeError);
});

Deno.test("Playback says that the browser wants to be touched, and plays then", async () => {
  const { elements, playback } = rig();
  const seen: boolean[] = [];
  playback.subscribe(({ blocked }) => seen.push(blocked));
  elements.mayPlay = false;
  playback.update([ANN]);
  await settle();
  assertEquals(playback.view.blocked, true);
  await playback.play();
  assertEquals(playback.view.blocked, true);
  elements.mayPlay = true;
  await playback.play();
  assertEquals(playback.view.blocked, false);
  assertEquals(seen.at(-1), false);
  elements.mayPlay = false;
  playback.update([ANN, BEN]);
  await settle();
  assert(playback.view.blocked);
  playback.update([ANN]);
  assert(!playback.view.blocked, "who is gone blocks nothing");
});

Deno.test("Playback uses the chosen speaker while it is there", async () => {
  const { elements, devices, playback } = rig({ speakerId: "headset" });
  await settle();
  playback.update([ANN]);
  await settle();
  const at = () => [elements.all[0].sinkId, playback.view.speakerMissing];
  assertEquals(at(), ["headset", false]);
  devices.plug(deviceInfo("audiooutput", "built-in"));
  await settle();
  assertEquals(at(), ["", true]);
  assertEquals(playback.view.speakerId, "headset");
  devices.plug(
    deviceInfo("audiooutput", "built-in"),
    deviceInfo("audiooutput", "headset"),
  );
  await settle();
  assertEquals(at(), ["headset", false]);
  playback.chooseSpeaker("built-in");
  await settle();
  assertEquals(at(), ["built-in", false]);
  playback.chooseSpeaker("default");
  await settle();
  assertEquals([at(), devices.watchers], [["", false], 0]);
  assertEquals(playback.view.speakerId, undefined);
});

Deno.test("Playback: of speakers that are chosen quickly one after the other the last counts", async () => {
  const { elements, playback } = rig();
  playback.update([ANN]);
  playback.chooseSpeaker("built-in");
  await settle();
  playback.chooseSpeaker("headset");
  playback.chooseSpeaker("built-in");
  await settle();
  assertEquals(elements.all[0].sinkId, "built-in");
});

Deno.test("Playback says that a speaker was refused, keeps everyone on the one before, and tries it again", async () => {
  const { elements, playback } = rig();
  const at = () => elements.there.map(({ sinkId }) => sinkId);
  const said = () => {
    const { speakerId, speakerInUse, speakerRefusal } = playback.view;
    return [speakerId, speakerInUse, speakerRefusal];
  };
  playback.update([ANN]);
  playback.chooseSpeaker("built-in");
  await settle();
  elements.refusedSinks.set("headset", "NotAllowedError");
  playback.chooseSpeaker("headset");
  await settle();
  playback.update([ANN, BEN]);
  await settle();
  assertEquals(at(), ["built-in", "built-in"]);
  assertEquals(said(), ["headset", "built-in", "permission-denied"]);
  await playback.play();
  await settle();
  assertEquals(said(), ["headset", "built-in", "permission-denied"]);
  elements.refusedSinks.clear();
  playback.chooseSpeaker("headset");
  await settle();
  assertEquals(at(), ["headset", "headset"]);
  assertEquals(said(), ["headset", "headset", null]);
});

Deno.test("Playback goes back to the system's speaker when no other can be used any more", async () => {
  const { elements, playback } = rig({ speakerId: "built-in" });
  playback.update([ANN]);
  await settle();
  elements.refusedSinks.set("built-in", "AbortError");
  elements.refusedSinks.set("headset", "NotFoundError");
  playback.update([ANN, BEN]);
  await settle();
  assertEquals(elements.there.map(({ sinkId }) => sinkId), ["", ""]);
  assertEquals(playback.view.speakerRefusal, "device-busy");
  playback.chooseSpeaker("headset");
  await settle();
  assertEquals(playback.view.speakerRefusal, "no-device");
  assertEquals(playback.view.speakerInUse, "");
});

Deno.test("Playback listens to no devices after it was closed", async () => {
  const { devices, playback } = rig({ speakerId: "headset" });
  await settle();
  assertEquals(devices.watchers, 1);
  playback.close();
  assertEquals(devices.watchers, 0);
});
