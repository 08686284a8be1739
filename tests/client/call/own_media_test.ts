import { assertEquals } from "@std/assert";
import { OwnMedia } from "@/lib/client/call/own_media.ts";
import type { Stopped } from "@/lib/client/call/call_view.ts";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { type MediaTracks, NO_TRACKS } from "@/lib/client/mesh/negotiation.ts";
import type { TrackKind } from "@/lib/protocol/messages.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeMediaDevices, FakeMediaStream } from "../../fakes/media.ts";

const ALL = { audio: true, video: true, screen: true, chat: true };

/** Somebody with microphone and camera on. */
async function somebody() {
  const devices = new FakeMediaDevices();
  const media = new LocalMedia({
    mediaDevices: devices,
    MediaStream: FakeMediaStream,
  });
  const sent: { tracks: MediaTracks } = { tracks: NO_TRACKS };
  const told: [TrackKind, boolean][] = [];
  const clock = new VirtualClock();
  const own = new OwnMedia({
    media,
    clock,
    setTracks: (tracks) => sent.tracks = tracks,
    announce: (kind, enabled) => told.push([kind, enabled]),
    onChange: () => {},
  });
  own.start();
  await own.set("audio", true);
  await own.set("video", true);
  told.length = 0;
  return { devices, media, sent, told, own, clock };
}

const by = (kind: TrackKind, by: Stopped["by"]): Stopped => ({ kind, by });

Deno.test("OwnMedia does what a host asks for, and remembers it until it is undone", async () => {
  const { media, told, own } = await somebody();
  own.asked("audio");
  assertEquals(media.view.microphone.status, "muted");
  assertEquals(own.stopped, [by("audio", "host")]);
  assertEquals(told, [["audio", false]]);
  await own.set("audio", true);
  assertEquals(media.view.microphone.status, "on");
  assertEquals(own.stopped, []);
  own.asked("video");
  assertEquals(media.view.camera.status, "off");
  own.dismiss("video");
  assertEquals(own.stopped, []);
});

Deno.test("OwnMedia has nothing to say of what a host asks for and is off already", async () => {
  const { own, told } = await somebody();
  await own.set("audio", false);
  told.length = 0;
  own.asked("audio");
  own.asked("screen");
  assertEquals([own.stopped, told], [[], []]);
});

Deno.test("OwnMedia closes what the room no longer allows, and sends none of it", async () => {
  const { devices, sent, told, own } = await somebody();
  own.allow("speaker", { ...ALL, video: false });
  assertEquals([sent.tracks.camera, devices.open], [null, 1]);
  assertEquals(sent.tracks.microphone === null, false);
  assertEquals(own.stopped, [by("video", "room")]);
  assertEquals(told, [["video", false]]);
  own.allow("speaker", { ...ALL, audio: false, video: false });
  assertEquals([sent.tracks.microphone, devices.open], [null, 0]);
  const asked = devices.asked.length;
  await own.set("video", true);
  await own.set("audio", true);
  // Nobody is asked for what they may not use, either.
  assertEquals([devices.open, devices.asked.length], [0, asked]);
});

Deno.test("OwnMedia lets switch on again what the room allows again, and does not do it", async () => {
  const { devices, own } = await somebody();
  own.allow("speaker", { ...ALL, video: false });
  own.allow("speaker", ALL);
  assertEquals([own.stopped, devices.open], [[], 1]);
  await own.set("video", true);
  assertEquals(devices.open, 2);
});

Deno.test("OwnMedia sends nothing of a listener, whoever opens it", async () => {
  const { devices, media, sent, own } = await somebody();
  own.allow("listener", ALL);
  assertEquals(sent.tracks, NO_TRACKS);
  await media.enableCamera();
  await media.enableMicrophone();
  assertEquals([sent.tracks, devices.open], [NO_TRACKS, 0]);
});

Deno.test("OwnMedia says nothing of a silent microphone that the room no longer allows", async () => {
  const { devices, own } = await somebody();
  await own.set("audio", false);
  await own.set("video", false);
  own.allow("speaker", { ...ALL, audio: false });
  assertEquals([own.stopped, devices.open], [[], 0]);
});

Deno.test("OwnMedia, stopped, follows the media no more", async () => {
  const { media, sent, told, own } = await somebody();
  own.stop();
  const { camera } = sent.tracks;
  media.disableCamera();
  assertEquals([sent.tracks.camera, told], [camera, []]);
});

Deno.test("OwnMedia sends a muted microphone for 1 s more, and what is open again at once", async () => {
  const { sent, own, clock } = await somebody();
  const { microphone } = sent.tracks;
  await own.set("audio", false);
  await clock.run(999);
  // What becomes of the camera meanwhile changes nothing about it.
  await own.set("video", false);
  assertEquals(sent.tracks.microphone, microphone);
  await clock.run(1);
  assertEquals([sent.tracks.microphone, microphone?.enabled], [null, false]);
  await own.set("video", true);
  assertEquals([sent.tracks.microphone, clock.waiting], [null, 0]);
  await own.set("audio", true);
  assertEquals([sent.tracks.microphone, microphone?.enabled], [
    microphone,
    true,
  ]);
});

Deno.test("OwnMedia: who is muted for a moment is sent all the time, and nothing is left to do for who has left", async () => {
  const { sent, own, clock } = await somebody();
  const { microphone } = sent.tracks;
  await own.set("audio", false);
  await clock.run(900);
  await own.set("audio", true);
  await clock.run(900);
  await own.set("audio", false);
  await clock.run(900);
  assertEquals(sent.tracks.microphone, microphone);
  own.stop();
  assertEquals(clock.waiting, 0);
});
