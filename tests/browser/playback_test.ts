/** How others are heard: louder, softer, not at all, and not before the page was touched. */
import { assert, assertAlmostEquals } from "@std/assert";
import { openChromium } from "./chromium.ts";
import { openFirefox } from "./firefox.ts";
import { upToThrice } from "./in_call.ts";
import { openLibrary, type Page, serveLibrary } from "./library_page.ts";
import { tellsWhenShown } from "./page_hooks.ts";
import { browserTest, newTab, person, startCall } from "./people.ts";
import { hear } from "./recorder.ts";
import { Product } from "./server.ts";
import { dominantHz, levelDb } from "./sound.ts";
import { type Tab, until } from "./tab.ts";

const HZ = 440;
/** Of full scale. */
const MAX_PEAK = 0.99;

/** Plays what another page sends: a tone of that amplitude. */
async function playTone(tab: Tab, amplitude: number): Promise<void> {
  await tab.evaluate(async ({ HZ, amplitude }) => {
    const page = globalThis as Page;
    page.playback?.close();
    page.playback = new page.ringdown.Playback();
    const audio = await page.received(page.tone(HZ, amplitude));
    page.playback.update([{ memberId: "ann", audio, screenAudio: null }]);
  }, { HZ, amplitude });
}

/** Waits until there is a steady sound; gives its level. */
async function steadyDb(tab: Tab): Promise<number> {
  let last = -Infinity;
  return await until(async () => {
    const level = levelDb(await hear(tab, 500));
    const isSteady = level > -60 && Math.abs(level - last) < 0.5;
    last = level;
    return isSteady ? level : undefined;
  }, { what: "a steady sound" }) as number;
}

/** Calls a method of the page's playback. */
async function set(tab: Tab, method: string, ...args: unknown[]) {
  await tab.evaluate(({ method, args }) => {
    (globalThis as Page).playback[method](...args);
  }, { method, args });
}

for (const browser of ["Chromium", "Firefox"] as const) {
  browserTest(
    [browser],
    "200 % is twice as loud, and nothing is ever above full scale",
    async () => {
      await using site = await serveLibrary();
      await using ann = await person(browser, HZ);
      const tab = await newTab(ann);
      await openLibrary(tab, site.origin);

      await playTone(tab, 0.2);
      const usual = await steadyDb(tab);
      await set(tab, "setVolume", "ann", 200);
      const loud = await steadyDb(tab);
      assert(loud > usual + 5 && loud < usual + 8, `${usual} to ${loud} dB`);
      await set(tab, "setMasterVolume", 50);
      assertAlmostEquals(await steadyDb(tab), loud - 6, 0.5);
      await set(tab, "setMasterVolume", 100);
      await set(tab, "setVolume", "ann", 50);
      assertAlmostEquals(await steadyDb(tab), usual - 6, 0.5);

      await set(tab, "setDeafened", true);
      assert(levelDb(await hear(tab, 600)) < -60, "deaf");
      await set(tab, "setDeafened", false);
      assertAlmostEquals(await steadyDb(tab), usual - 6, 0.5);
      await set(tab, "setMuted", "ann", true);
      assert(levelDb(await hear(tab, 600)) < -60, "muted");

      await playTone(tab, 0.9);
      const before = await steadyDb(tab);
      await set(tab, "setVolume", "ann", 200);
      // What a busy machine cuts out of the sound has edges, too: what comes of us is there every time.
      const peaks = await upToThrice(async () => {
        const sound = await hear(tab, 1_500);
        assert(levelDb(sound) > before - 1, "not softer than before");
        return sound.samples.reduce((max, x) => Math.max(max, Math.abs(x)));
      }, MAX_PEAK);
      assert(peaks.at(-1)! <= MAX_PEAK, `peaks of ${peaks}`);
    },
  );
}

const STRICT = {
  Chromium: () =>
    openChromium({
      args: ["--autoplay-policy=document-user-activation-required"],
    }),
  Firefox: () =>
    openFirefox({
      // Who may use the microphone may play, too.
      permission: "denied",
      prefs: {
        "media.autoplay.default": 1,
        "media.autoplay.blocking_policy": 0,
      },
    }),
};

for (const browser of ["Chromium", "Firefox"] as const) {
  browserTest(
    ["Chromium", browser],
    "sound that the browser blocks is a banner with a button",
    async () => {
      await using product = await Product.start();
      await using ann = await person("Chromium", HZ);
      await using ben = await STRICT[browser]();
      const a = await newTab(ann);
      const link = await startCall(a, product.origin, "Ann");
      const b = await newTab(ben);
      const isBlocked = await tellsWhenShown(b, "Turn on sound");
      await b.goto(`${link}?enter=none&name=Ben`);
      await isBlocked();
      assert(levelDb(await hear(b, 500)) < -60, "blocked");
      await b.click({ role: "button", name: "Turn on sound" });
      await until(
        async () => Math.abs(dominantHz(await hear(b, 1_000)) - HZ) < 8,
        { what: "Ann's tone" },
      );
      await b.gone({ role: "button", name: "Turn on sound" });
    },
  );
}
