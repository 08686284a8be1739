/**
 * What a call costs the machine of one person in it, alone and with one to five others: processor time and memory of everything that
 * person's browser runs, which has no other page open. The others share a second browser, in windows as wide as a phone's: a call of
 * laptops only is more than two processors can encode. Everyone has a camera as the call asks for it, and sends of it what each page shows;
 * all of it is encoded and decoded by the processor, as on a machine without video hardware.
 */
import {
  type ChromiumPerson,
  ChromiumTab,
  openChromium,
} from "../tests/browser/chromium.ts";
import { Product } from "../tests/browser/server.ts";
import { makeRoom } from "../tests/browser/visitors.ts";
import { report } from "./figure.ts";
import {
  cpuSeconds,
  idleSeconds,
  median,
  memoryBytes,
  processesWith,
} from "./process.ts";

const MOST = 6;
const ROUNDS = 5;
/** What is set up is not what is measured. */
const SETTLE_MS = 3_000;
const MEASURE_MS = 3_000;
/** The machine encodes and decodes for everyone. */
const PATIENCE_MS = 60_000;
/** Chromium's own camera gives every size; pictures as often as a call asks for them only if it is told to. */
const CAMERA = "--use-fake-device-for-media-stream=fps=30";
const PHONE = { width: 390, height: 844 };
/** With less of the machine idle, nobody got what they wanted. */
const ENOUGH_IDLE = 0.05;

/** Of one person's browser, with so many in the call. */
interface Cost {
  /** Seconds of processor time per second. */
  cpu: number;
  /** Bytes of memory, what is shared with others counted in part (proc(5), `Pss`). */
  memory: number;
  /** Of all processors, the share that had nothing to do, 0 to 1. */
  idle: number;
  /** Of the others' pictures: the height of the largest, and how many of each come in a second. */
  lines: number;
  fps: number;
}

/** Runs in the page: the others' pictures so far. */
function pictures(): { lines: number; frames: number }[] {
  return [...document.querySelectorAll<HTMLVideoElement>(
    ".tile:not(.self) video",
  )].map((video) => ({
    lines: video.videoHeight,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
  }));
}

async function costOf(person: ChromiumPerson, tab: ChromiumTab): Promise<Cost> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const pids = await processesWith(`--user-data-dir=${person.home}`);
  const sum = async (measure: (pid: number) => Promise<number>) =>
    (await Promise.all(pids.map(measure))).reduce((a, b) => a + b, 0);
  const now = async () => ({
    seconds: performance.now() / 1000,
    cpu: await sum(cpuSeconds),
    idle: await idleSeconds(),
    pictures: await tab.evaluate(pictures),
  });
  const before = await now();
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  const after = await now();
  const seconds = after.seconds - before.seconds;
  const frames = (at: typeof after) =>
    at.pictures.reduce((sum, { frames }) => sum + frames, 0);
  return {
    cpu: (after.cpu - before.cpu) / seconds,
    memory: await sum(memoryBytes),
    idle: (after.idle - before.idle) / seconds / navigator.hardwareConcurrency,
    lines: Math.max(0, ...after.pictures.map(({ lines }) => lines)),
    fps: (frames(after) - frames(before)) / seconds /
      Math.max(1, after.pictures.length),
  };
}

/** A phone that shares nothing with the browser's others. */
async function newPhone(browser: ChromiumPerson): Promise<ChromiumTab> {
  const context = await browser.context.browser()!.newContext({
    viewport: PHONE,
  });
  return new ChromiumTab(await context.newPage());
}

/** What it costs with 1 to 6 in the call. */
async function measure(): Promise<Cost[]> {
  await using product = await Product.start();
  await using observed = await openChromium({ tone: 440, args: [CAMERA] });
  await using others = await openChromium({ tone: 880, args: [CAMERA] });
  const room = await makeRoom(product.origin, { maxParticipants: MOST });
  const own = await observed.newTab();
  const costs: Cost[] = [];
  for (let n = 0; n < MOST; n++) {
    const tab = n === 0 ? own : await newPhone(others);
    await tab.goto(`${room.page}?enter=video&name=${n + 1}`);
    await tab.see({ role: "button", name: "Leave" }, PATIENCE_MS);
    costs.push(await costOf(observed, own));
  }
  return costs;
}

/** Measures, and prints one line. Takes about four minutes. */
export async function benchGroup(): Promise<void> {
  const rounds: Cost[][] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure());
  const sizes = Array.from({ length: MOST }, (_, n) => {
    const middle = (of: keyof Cost) =>
      median(rounds.map((costs) => costs[n][of]));
    return {
      people: n + 1,
      cpu: middle("cpu") * 100,
      megabytes: middle("memory") / 1e6,
      idle: middle("idle"),
      lines: middle("lines"),
      fps: middle("fps"),
    };
  });
  const added = sizes.slice(1).map((size, n) => ({
    ...size,
    moreCpu: size.cpu - sizes[n].cpu,
    moreMegabytes: size.megabytes - sizes[n].megabytes,
  }));
  const list = added.map((
    { people, cpu, megabytes, moreCpu, moreMegabytes, idle, lines, fps },
  ) =>
    `${people} ${cpu.toFixed(0)} % and ${megabytes.toFixed(0)} MB, ${
      signed(moreCpu)
    } % and ${
      signed(moreMegabytes)
    } MB for the last to come (others' pictures ${lines} lines at ${
      fps.toFixed(0)
    } a second${
      idle < ENOUGH_IDLE ? "; TOO LOW, the machine had nothing left" : ""
    })`
  );
  await report({
    name: "group",
    says:
      `one person's browser in a call with phones, sound and cameras, of one processor, medians of ${ROUNDS}; people in the call: 1 ${
        sizes[0].cpu.toFixed(0)
      } % and ${sizes[0].megabytes.toFixed(0)} MB; ${list.join("; ")}`,
    figures: Object.fromEntries(
      sizes.flatMap(({ people, cpu, megabytes, idle, lines, fps }) => [
        [`${people}, CPU %`, cpu],
        [`${people}, MB`, megabytes],
        [`${people}, machine idle`, idle],
        ...people > 1
          ? [
            [`${people}, lines of a picture`, lines],
            [`${people}, pictures a second`, fps],
          ]
          : [],
      ]),
    ),
  });
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(0)}`;
}

if (import.meta.main) await benchGroup();
