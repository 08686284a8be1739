/** What can become of a call, of the people in it and of their devices: each as it looks. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ChromiumTab, openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { Product } from "./server.ts";
import { changeRoom, makeRoom, Visitor } from "./visitors.ts";

/** Waits until somebody's tile says that. */
async function noted(
  tab: ChromiumTab,
  name: string,
  note: string,
  timeoutMs?: number,
): Promise<void> {
  await tab.waitFor(
    ([name, note]) =>
      [...document.querySelectorAll(".tile")].some((tile) =>
        tile.querySelector("bdi")!.textContent === name &&
        tile.querySelector(".note")?.textContent === note
      ),
    { what: `${name}: ${note}`, timeoutMs },
    [name, note] as const,
  );
}

/** The texts of the banners, from above. */
function banners(tab: ChromiumTab): Promise<string[]> {
  return tab.evaluate(() =>
    [...document.querySelectorAll(".banners .banner p")]
      .map(({ textContent }) => textContent!)
  );
}

Deno.test("What becomes of the others in a call, and of the room", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { origin } = product;
  const room = await makeRoom(origin, { name: "Shack" });
  const [a, b, c] = [
    await ann.newTab(),
    await ann.newTab(),
    await ann.newTab(),
  ];
  // News stand for 8 s: here for as long as it takes to look at them.
  await a.beforeLoad(() => {
    const { setTimeout } = globalThis;
    globalThis.setTimeout = ((task: TimerHandler, ms?: number) =>
      ms === 8_000 ? 0 : setTimeout(task, ms)) as typeof setTimeout;
  }, undefined);
  await a.goto(`${room.page}?enter=video&name=Ann Ameise`);
  await a.see(".tile.self video");
  // Neither has a browser: one goes, what the other offers is of no use.
  const dmitri = await Visitor.enter(origin, room, "Dmitri Ostrovsky");
  using eve = await Visitor.enter(origin, room, "Eve");
  const { peers } = eve.received.find(({ type }) => type === "welcome");
  eve.send({
    type: "signal",
    to: peers.find(({ name }: { name: string }) => name === "Ann Ameise")
      .memberId,
    data: { connection: 1, description: { type: "offer", sdp: "nonsense" } },
  });
  // His line carries no picture from the start, he says.
  await b.beforeLoad(() => {
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    media.getUserMedia = async (constraints) => {
      const [sound] = (await open(constraints)).getAudioTracks();
      const [picture] = document.createElement("canvas").captureStream(0)
        .getVideoTracks();
      return new MediaStream([sound, picture]);
    };
    const { send } = RTCDataChannel.prototype;
    RTCDataChannel.prototype.send = function (data: unknown) {
      const thin = `${data}`.replace(
        '{"type":"paused","camera":false',
        '{"type":"paused","camera":true',
      );
      Reflect.apply(send, this, [thin]);
    };
  }, undefined);
  await b.goto(`${room.page}?enter=video&name=Benno Biber`);
  await c.goto(`${room.page}?enter=video&name=Carla Campos`);
  await a.page.bringToFront();
  await a.waitFor(
    () =>
      [...document.querySelectorAll<HTMLVideoElement>(
        ".tile:not(.self) video",
      )].some(({ videoWidth }) => videoWidth > 0),
    { what: "Carla's picture" },
  );
  await c.close();
  await noted(a, "Benno Biber", "Picture paused, to keep the sound");
  await noted(a, "Eve", "Can't connect yet. Still trying…");
  // The last picture of who was seen stands still; who never was has initials.
  await noted(a, "Carla Campos", "Reconnecting…", 30_000);
  assertEquals(
    await a.evaluate(() =>
      [...document.querySelectorAll(".tile")].filter((tile) =>
        tile.querySelector(".avatar")!.checkVisibility()
      ).map((tile) => tile.querySelector("bdi")!.textContent)
    ),
    ["Dmitri Ostrovsky", "Eve", "Benno Biber"],
  );
  dmitri[Symbol.dispose]();
  await noted(a, "Dmitri Ostrovsky", "Away");
  await changeRoom(origin, room, { name: "Garden shed", locked: true });
  await a.see(".banner");
  assertEquals(await banners(a), [
    "The room is called “Garden shed” now. " +
    "The room is locked: nobody new can join.",
  ]);
  await look(a, "call-troubles");
});

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

Deno.test("What becomes of one's own devices in a call", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const room = await makeRoom(product.origin, { name: "Shack" });
  const tab = await ann.newTab();
  await tab.beforeLoad(() => {
    const page = globalThis as Page;
    const media = navigator.mediaDevices;
    const open = media.getUserMedia.bind(media);
    media.getUserMedia = async (constraints) => {
      if (page.busy) throw new DOMException("in use", "NotReadableError");
      const stream = await open(constraints);
      for (const track of stream.getTracks()) page[track.kind] = track;
      return stream;
    };
    media.getDisplayMedia = () =>
      Promise.reject(
        new DOMException("Permission denied by system", "NotAllowedError"),
      );
  }, undefined);
  await tab.goto(`${room.page}?enter=video&name=Ann Ameise`);
  await tab.see(".tile.self video");

  await tab.evaluate(() => {
    const { audio, video } = globalThis as Page;
    audio.stop();
    audio.dispatchEvent(new Event("ended"));
    Object.defineProperty(video, "muted", { get: () => true });
    video.dispatchEvent(new Event("mute"));
  });
  await tab.press("s");
  await tab.waitFor(() => document.querySelectorAll(".banner").length === 3, {
    what: "three banners",
  });
  const [screen, microphone, camera] = await banners(tab);
  assertStringIncludes(screen, "Your system doesn't let the browser");
  assertStringIncludes(microphone, "is not connected. Another microphone");
  assertStringIncludes(camera, "Your system has switched the camera off.");
  await look(tab, "call-devices-lost");

  await tab.evaluate(() => {
    const page = globalThis as Page;
    page.busy = true;
    for (const track of [page.audio, page.video]) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  });
  await tab.see({ role: "button", name: "Unmute microphone" });
  await tab.see({ role: "button", name: "Start video" });
  for (const text of (await banners(tab)).slice(1)) {
    assertStringIncludes(text, "Another program is using the");
  }
  await look(tab, "call-devices-busy");
});
