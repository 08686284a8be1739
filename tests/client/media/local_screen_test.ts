import { assert, assertEquals } from "@std/assert";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { FakeMediaStream, FakeScreens } from "../../fakes/media.ts";

function rig() {
  const screens = new FakeScreens();
  const media = new LocalMedia({
    mediaDevices: screens,
    MediaStream: FakeMediaStream,
  });
  return { screens, media };
}

Deno.test("LocalMedia shares a screen with its sound, as letters and music", async () => {
  const { screens, media } = rig();
  assert(media.view.screenSupported);
  await media.shareScreen();
  const { screen, screenVideo } = media.view;
  assert(screen.status === "on");
  assertEquals(screens.tracks.map(({ contentHint }) => contentHint), [
    "detail",
    "music",
  ]);
  assertEquals(screenVideo?.getTracks()[0], screen.video);
  const audio = screens.asked[0].audio as MediaTrackConstraints;
  assertEquals(audio.echoCancellation, false);
  media.stopScreen();
  assertEquals([media.view.screen.status, screens.open], ["off", 0]);
  assertEquals(media.view.screenVideo, null);
});

Deno.test("LocalMedia shares a screen that has no sound", async () => {
  const { screens, media } = rig();
  screens.sound = false;
  await media.shareScreen();
  const { screen } = media.view;
  assert(screen.status === "on" && screen.audio === null);
});

Deno.test("LocalMedia notices the browser's own end of sharing, and ends the sound with it", async () => {
  const { screens, media } = rig();
  await media.shareScreen();
  screens.tracks[0].end();
  assertEquals([media.view.screen.status, screens.open], ["off", 0]);
});

Deno.test("LocalMedia goes on sharing the picture when only the sound ends", async () => {
  const { screens, media } = rig();
  await media.shareScreen();
  screens.tracks[1].end();
  const { screen } = media.view;
  assert(screen.status === "on" && screen.audio === null);
});

const REFUSALS = [
  ["Permission denied by user", "NotAllowedError", "off"],
  ["", "NotAllowedError", "off"],
  ["Permission denied by system", "NotAllowedError", "permission-denied"],
  ["blocked by permissions policy", "NotAllowedError", "permission-denied"],
  ["Could not start", "NotReadableError", "device-busy"],
  ["needs a click", "InvalidStateError", "failed"],
] as const;

for (const [message, name, outcome] of REFUSALS) {
  Deno.test(`LocalMedia: a screen refused with ${name} "${message}" is ${outcome}`, async () => {
    const { screens, media } = rig();
    screens.refusal = new DOMException(message, name);
    await media.shareScreen();
    const { screen } = media.view;
    assertEquals(
      screen.status === "failed" ? screen.failure : screen.status,
      outcome,
    );
  });
}

Deno.test("LocalMedia knows a browser that cannot share", async () => {
  const { getUserMedia } = new FakeScreens();
  const media = new LocalMedia({ mediaDevices: { getUserMedia } });
  assertEquals(media.view.screenSupported, false);
  await media.shareScreen();
  assertEquals(media.view.screen, { status: "failed", failure: "failed" });
});

Deno.test("LocalMedia stops a screen that comes after sharing was called off", async () => {
  const { screens, media } = rig();
  const sharing = media.shareScreen();
  assertEquals(media.view.screen.status, "opening");
  media.close();
  await sharing;
  assertEquals([media.view.screen.status, screens.open], ["off", 0]);
});

Deno.test("LocalMedia asks what to share once", async () => {
  const { screens, media } = rig();
  await Promise.all([media.shareScreen(), media.shareScreen()]);
  await media.shareScreen();
  assertEquals([screens.asked.length, screens.open], [1, 2]);
});
