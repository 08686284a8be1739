/** Devices and sounds in the middle of a call, heard from the other end. */
import { assert, assertEquals } from "@std/assert";
import { openChromium } from "./chromium.ts";
import { assertNoGap } from "./in_call.ts";
import {
  enterRoom,
  openLibrary,
  type Page,
  serveLibrary,
} from "./library_page.ts";
import { browserTest, newTab, person } from "./people.ts";
import { hear, record } from "./recorder.ts";
import { Product } from "./server.ts";
import {
  dominantHz,
  longestGapMs,
  type Sound,
  toneGaps,
  toneLevelDb,
} from "./sound.ts";
import { type Tab, until } from "./tab.ts";
import { videoChanges } from "./video.ts";
import { makeRoom } from "./visitors.ts";

/** Two people on the library's page, in one room, who hear each other. */
async function twoInTouch(
  browsers: readonly ["Chromium" | "Firefox", "Chromium" | "Firefox"],
  prepare: (a: Tab) => Promise<void>,
) {
  await using opened = new AsyncDisposableStack();
  const site = opened.use(await serveLibrary());
  const product = opened.use(
    await Product.start({ env: { CORS_ORIGIN: site.origin } }),
  );
  const [a, b] = [
    await newTab(opened.use(await person(browsers[0], 440))),
    await newTab(opened.use(await person(browsers[1], 660))),
  ];
  const { roomId } = await makeRoom(product.origin);
  for (const [tab, name] of [[a, "Ann"], [b, "Ben"]] as const) {
    await openLibrary(tab, site.origin);
    if (tab === a) await prepare(a);
    await enterRoom(tab, { server: product.origin, room: roomId, name });
  }
  for (const tab of [a, b]) {
    await tab.waitFor(
      () =>
        [...document.querySelectorAll("audio")].some((audio) =>
          audio.currentTime > 0.5
        ),
      { what: "the other's sound", timeoutMs: 30_000 },
    );
  }
  const kept = opened.move();
  return { a, b, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** For how long there was neither tone, where the second takes the place of the first. */
function handOverMs(sound: Sound, first: number, second: number): number {
  const lengthMs = sound.samples.length / sound.sampleRate * 1000;
  const last = toneGaps(sound, first).at(-1)!;
  assert(last.atMs + last.ms > lengthMs - 50, "the first tone ends");
  const until = toneGaps(sound, second)[0];
  assert(until.atMs < 50, "the second begins later");
  // Within the first and after the second begins, none is missing either.
  const others = [
    ...toneGaps(sound, first).slice(0, -1),
    ...toneGaps(sound, second).slice(1),
  ];
  return Math.max(until.ms - last.atMs, 0, ...others.map(({ ms }) => ms));
}

browserTest(
  ["Chromium", "Chromium"],
  "changing between two microphones of the machine leaves no gap",
  async () => {
    await using call = await twoInTouch(
      ["Chromium", "Chromium"],
      () => Promise.resolve(),
    );
    const { a, b } = call;
    const ids = await a.evaluate(async () => {
      const { listDevices } = (globalThis as Page).ringdown;
      const { microphones } = await listDevices();
      return microphones.map(({ deviceId }: Page) => deviceId);
    });
    for (const id of ids) {
      await assertNoGap(async () => {
        const recorder = await record(b);
        await hear(b, 500);
        await a.evaluate(
          (id) => (globalThis as Page).media.chooseMicrophone(id),
          id,
        );
        await hear(b, 1000);
        return longestGapMs(await recorder.stopRoughly(), 440);
      });
    }
    assertEquals(a.problems, []);
  },
);

/** Microphones that are oscillators, each with a tone of its own. */
async function oscillators(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    const page = globalThis as Page;
    page.tracks = [];
    page.mediaDevices = {
      getUserMedia: ({ audio }: Page) => {
        const track = page.tone(Number(audio.deviceId?.exact ?? 440));
        page.tracks.push(track);
        return Promise.resolve(new MediaStream([track]));
      },
    };
  });
}

for (
  const browsers of [["Chromium", "Chromium"], ["Firefox", "Chromium"]] as const
) {
  browserTest(
    browsers,
    "a microphone of another pitch takes the place of the first within 20 ms",
    async () => {
      await using call = await twoInTouch(browsers, oscillators);
      const { a, b } = call;
      await until(async () =>
        Math.abs(dominantHz(await hear(b, 500)) - 440) < 8
      );
      let [is, next] = [440, 880];
      await assertNoGap(async () => {
        const recorder = await record(b);
        await hear(b, 700);
        await a.evaluate(
          (hz) => (globalThis as Page).media.chooseMicrophone(`${hz}`),
          next,
        );
        await hear(b, 1000);
        const sound = await recorder.stopRoughly();
        const gap = handOverMs(sound, is, next);
        [is, next] = [next, is];
        return gap;
      });
      await a.waitFor(() =>
        (globalThis as Page).tracks[0].readyState === "ended"
      );
    },
  );
}

browserTest(
  ["Chromium", "Chromium"],
  "a screen is shared with its sound beside the camera, and ends by the browser's own button",
  async () => {
    await using call = await twoInTouch(["Chromium", "Chromium"], async (a) => {
      await oscillators(a);
      await a.evaluate(() => {
        const page = globalThis as Page;
        const { getUserMedia } = page.mediaDevices;
        page.mediaDevices.getUserMedia = (constraints: Page) =>
          constraints.video
            ? Promise.resolve(new MediaStream([page.picture()]))
            : getUserMedia(constraints);
        page.mediaDevices.getDisplayMedia = () => {
          page.shared = [page.picture(), page.tone(1320)];
          return Promise.resolve(new MediaStream(page.shared));
        };
      });
    });
    const { a, b } = call;
    await b.evaluate(() => {
      const page = globalThis as Page;
      for (const name of ["video", "screen"]) {
        const video = document.createElement("video");
        video.id = name;
        video.muted = true;
        video.autoplay = true;
        document.body.append(video);
        page.call.subscribe(({ participants: [ann] }: Page) => {
          const stream = ann?.[name] ?? null;
          if (video.srcObject !== stream) video.srcObject = stream;
        });
      }
    });
    await a.evaluate(async () => {
      const page = globalThis as Page;
      await Promise.all([page.call.setCamera(true), page.call.setScreen(true)]);
    });
    for (const selector of ["#video", "#screen"]) {
      await until(() => videoChanges(b, selector), { what: selector });
    }
    await until(async () => {
      const sound = await hear(b, 500);
      return [440, 1320].every((hz) => toneLevelDb(sound, hz) > -40);
    }, { what: "voice and film together" });
    assert(
      await b.evaluate(() =>
        (globalThis as Page).call.view.participants[0].screenOn
      ),
    );

    await a.evaluate(() => {
      const [picture] = (globalThis as Page).shared;
      picture.stop();
      picture.dispatchEvent(new Event("ended"));
    });
    await b.waitFor(() => {
      const [ann] = (globalThis as Page).call.view.participants;
      return !ann.screenOn && ann.screen === null && ann.screenAudio === null;
    }, { what: "the end of sharing" });
    assertEquals(
      await a.evaluate(() => {
        const page = globalThis as Page;
        return [
          page.media.view.screen.status,
          ...page.shared.map((track: MediaStreamTrack) => track.readyState),
        ];
      }),
      ["off", "ended", "ended"],
    );
    await until(async () => toneLevelDb(await hear(b, 500), 1320) < -60, {
      what: "the end of the film",
    });
    assert(await videoChanges(b, "#video"));
  },
);

browserTest(
  ["Chromium"],
  "a permission that is withdrawn in the middle of a call closes the microphone, and asks for nothing",
  async () => {
    await using site = await serveLibrary();
    await using ann = await openChromium({ tone: 440 });
    const tab = await ann.newTab();
    await openLibrary(tab, site.origin);
    await tab.evaluate(async () => {
      const page = globalThis as Page;
      page.asked = 0;
      const media = navigator.mediaDevices;
      const ask = media.getUserMedia.bind(media);
      media.getUserMedia = (constraints) => {
        page.asked++;
        return ask(constraints);
      };
      page.media = new page.ringdown.LocalMedia();
      await page.media.enableMicrophone();
    });
    await ann.context.clearPermissions();
    await tab.waitFor(
      () => (globalThis as Page).media.view.microphone.status === "failed",
      { what: "the microphone closed" },
    );
    assertEquals(
      await tab.evaluate(() => {
        const { media, asked } = globalThis as Page;
        return [media.view.microphone.failure, asked];
      }),
      ["permission-denied", 1],
    );
  },
);
