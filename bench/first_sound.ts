/**
 * From the second person's navigation to the first remote sound, on a link that enters at once; against a static page with a bare peer
 * connection to itself, in the same browser and run. Both wait for a DTLS handshake and a jitter buffer; the difference is ours.
 *
 * Both begin in a tab that shows another site, as people's tabs do: either page then gets a process of its own. From a blank tab it is measured,
 * too: there the static page takes over the tab's process, and ours, isolated by its headers (COOP), waits for another.
 */
import { delay, SYSTEM_CLOCK } from "../lib/protocol/clock.ts";
import {
  type ChromiumPerson,
  type ChromiumTab,
  openChromium,
} from "../tests/browser/chromium.ts";
import { Product } from "../tests/browser/server.ts";
import { report } from "./figure.ts";
import { median } from "./process.ts";

const ROUNDS = 15;
const RATIO = 1.5;
const BLANK = "about:blank";
/** After which a tab's browser has nothing left to do, and a process ready for the next site. */
const SETTLED_MS = 500;
const LOOPBACK = new URL("loopback.html", import.meta.url);

/** How often a tab reads after the first sound, to know the delay of its own reading. */
const MORE_READS = 50;

/**
 * Put into the page before its own scripts: notes when the first sound that is not silence was decoded, in ms since the navigation. A page may
 * be busy at that moment and read late. So the time is taken from the sound's own stamp, and the stamps' clock is set by the promptest of many
 * reads.
 */
function noteFirstSound(moreReads: number): void {
  // deno-lint-ignore no-explicit-any -- names that live in the page only, and one that TypeScript does not know yet.
  const page = globalThis as any;
  page.firstSound = new Promise((resolve) => {
    page.RTCPeerConnection = new Proxy(page.RTCPeerConnection, {
      construct(target, args, newTarget) {
        const pc: RTCPeerConnection = Reflect.construct(
          target,
          args,
          newTarget,
        );
        pc.addEventListener("track", async ({ track }) => {
          if (track.kind !== "audio") return;
          const { readable } = new page.MediaStreamTrackProcessor({
            track,
            maxBufferSize: 2 * moreReads,
          });
          const reader = readable.getReader();
          let first: number | null = null;
          let offset = Infinity;
          for (let reads = 0; reads < moreReads;) {
            const { value, done } = await reader.read();
            if (done) return;
            const stamp = value.timestamp / 1_000;
            offset = Math.min(offset, performance.now() - stamp);
            const samples = new Float32Array(value.numberOfFrames);
            value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
            value.close();
            if (samples.some((sample) => Math.abs(sample) > 0.001)) {
              first ??= stamp;
            }
            if (first !== null) reads++;
          }
          resolve(first! + offset);
          reader.cancel();
        });
        return pc;
      },
    });
  });
}

/** Of a new tab that shows `from` before, the first sound of `url`, in ms since the navigation. `leave`: what to do then. */
async function measure(
  person: ChromiumPerson,
  from: string,
  url: string,
  leave = async (_: ChromiumTab) => {},
): Promise<number> {
  const tab = await person.newTab();
  await tab.beforeLoad(noteFirstSound, MORE_READS);
  if (from !== BLANK) {
    await tab.goto(from);
    await delay(SYSTEM_CLOCK, SETTLED_MS);
  }
  await tab.goto(url);
  const ms = await tab.evaluate(() =>
    (globalThis as unknown as { firstSound: Promise<number> }).firstSound
  );
  await leave(tab);
  await tab.close();
  return ms;
}

/** Measures, and prints one line. */
export async function benchFirstSound(): Promise<void> {
  await using product = await Product.start();
  await using site = serveLoopback();
  await using resident = await openChromium({ tone: 440 });
  await using newcomer = await openChromium({ tone: 880 });
  const room = await createRoom(product.origin);
  const leave = { role: "button", name: "Leave" };
  const home = await resident.newTab();
  await home.goto(`${product.origin}/r/${room}?enter=sound&name=Resident`);
  await home.see(leave);
  const link = `${product.origin}/r/${room}?enter=sound&name=Newcomer`;
  const figures: Record<string, number> = {};
  for (
    const [where, from] of [["another site", site.other], ["blank", BLANK]]
  ) {
    const ours: number[] = [];
    const bare: number[] = [];
    // One more than is counted: the first fills the browser's caches.
    for (let round = 0; round <= ROUNDS; round++) {
      const sound = await measure(
        newcomer,
        from,
        link,
        (tab) => tab.click(leave),
      );
      const loopback = await measure(newcomer, from, site.loopback);
      if (round === 0) continue;
      ours.push(sound);
      bare.push(loopback);
    }
    const [a, b] = [median(ours), median(bare)];
    figures[`from ${where}: ratio`] = a / b;
    figures[`from ${where}: Ringdown, ms`] = a;
    figures[`from ${where}: bare loopback, ms`] = b;
  }
  const ratio = figures["from another site: ratio"];
  const says = ([what, value]: [string, number]) =>
    `${what} ${value.toFixed(what.endsWith("ms") ? 0 : 2)}`;
  await report({
    name: "first_sound",
    says: `navigation to first remote sound, ${
      Object.entries(figures).map(says).join("; ")
    }`,
    target: { what: `ratio at most ${RATIO}`, held: ratio <= RATIO },
    figures,
  });
}

/** The page to compare with, and a page of another site. */
function serveLoopback() {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async () =>
      new Response(await Deno.readTextFile(LOOPBACK), {
        headers: { "content-type": "text/html" },
      }),
  );
  const { port } = server.addr;
  const elsewhere = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("A page with a link"),
  );
  return {
    loopback: `http://127.0.0.1:${port}/`,
    other: `http://localhost:${elsewhere.addr.port}/`,
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await elsewhere.shutdown();
    },
  };
}

async function createRoom(origin: string): Promise<string> {
  const response = await fetch(`${origin}/api/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ type: "video" }),
  });
  return (await response.json()).roomId;
}

if (import.meta.main) await benchFirstSound();
