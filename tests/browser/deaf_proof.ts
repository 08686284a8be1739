/** ICE restarts by Chromium, on a path that works: Firefox, which some of them leave deaf, hears again. docs/architecture.md has the cause. */
import type { Proof } from "../proof.ts";
import { firefoxInstalled } from "./firefox.ts";
import type { PeerHook } from "./page_hooks.ts";
import { type Browser, callOfTwo } from "./people.ts";
import { type Tab, until } from "./tab.ts";

/** Five looks at 2 s each, one more for what is under way, and a new connection. */
const HEARS_WITHIN_MS = 15_000;
/** That long after a restart, at least, the next one comes. */
const REST_MS = 3_000;
/** No packet for so long is a gap that has not ended. */
const QUIET_MS = 500;

const RESTARTS = { small: 3, full: 40 };

export const DEAF: Proof = {
  name: "deaf",
  proves:
    "whom an ICE restart leaves deaf, though both browsers call the path connected, hears again",
  prove: async ({ size, progress }) => {
    const listener: Browser = firefoxInstalled() ? "Firefox" : "Chromium";
    const restarts = RESTARTS[size];
    await using call = await callOfTwo([listener, "Chromium"], "sound");
    const { a, b } = call;
    await watchSound(a);
    const gapsMs: number[] = [];
    for (let i = 0; i < restarts; i++) {
      await longestGapMs(a);
      await restartIce(b);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      await until(async () => await quietMs(a) < QUIET_MS, {
        what: "sound again",
        timeoutMs: 120_000,
      });
      gapsMs.push(Math.round(await longestGapMs(a)));
      progress(`restart ${i + 1}: ${gapsMs.at(-1)} ms without a packet`);
    }
    const longestMs = Math.max(...gapsMs);
    return {
      held: longestMs <= HEARS_WITHIN_MS,
      sizes: { restarts },
      figures: {
        listener,
        longestMs,
        overASecond: gapsMs.filter((ms) => ms > 1_000).length,
        connectionsBuilt: await a.evaluate(() =>
          (globalThis as unknown as { ringdownPeers: PeerHook }).ringdownPeers
            .all.length
        ),
        gapsMs,
      },
    };
  },
};

/** What `watchSound` leaves in the page. */
interface SoundWatch {
  longestMs: number;
  /** Since the last packet of sound. */
  quietMs: number;
}

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

/** Looks 20 times a second whether packets of sound come in, over the newest connection. */
async function watchSound(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    const page = globalThis as Page;
    const watch: SoundWatch = page.soundWatch = { longestMs: 0, quietMs: 0 };
    let [packets, at] = [0, performance.now()];
    setInterval(async () => {
      const peer: RTCPeerConnection = page.ringdownPeers.all.at(-1);
      let now = 0;
      for (const stat of (await peer.getStats()).values()) {
        if (stat.type === "inbound-rtp") now += stat.packetsReceived;
      }
      watch.quietMs = performance.now() - at;
      watch.longestMs = Math.max(watch.longestMs, watch.quietMs);
      if (now !== packets) [packets, at] = [now, performance.now()];
    }, 50);
  });
}

function quietMs(tab: Tab): Promise<number> {
  return tab.evaluate(() => (globalThis as Page).soundWatch.quietMs);
}

/** Since it was last asked. */
function longestGapMs(tab: Tab): Promise<number> {
  return tab.evaluate(() => {
    const watch: SoundWatch = (globalThis as Page).soundWatch;
    const { longestMs } = watch;
    watch.longestMs = 0;
    return longestMs;
  });
}

async function restartIce(tab: Tab): Promise<void> {
  await tab.evaluate(() =>
    (globalThis as Page).ringdownPeers.all.at(-1).restartIce()
  );
}
