/**
 * What a muted microphone costs the machine of its owner: processor time of everything that one person's browser runs, in a call of six
 * whose cameras and other microphones are off, with that person's own microphone not opened yet, open, and muted. The others have
 * browsers of their own.
 */
import { GroupBrowser, someone } from "../tests/browser/group.ts";
import { openChromium } from "../tests/browser/chromium.ts";
import { Product } from "../tests/browser/server.ts";
import { makeRoom } from "../tests/browser/visitors.ts";
import { report } from "./figure.ts";
import { cpuSeconds, median, processesWith } from "./process.ts";

const PEOPLE = 6;
const ROUNDS = 5;
/** What is set up is not what is measured. */
const SETTLE_MS = 5_000;
const MEASURE_MS = 5_000;

/** Seconds of processor time per second. */
interface Cost {
  closed: number;
  open: number;
  muted: number;
}

async function costOf(pids: readonly number[]): Promise<number> {
  const now = async () =>
    (await Promise.all(pids.map(cpuSeconds)))
      .reduce((sum, seconds) => sum + seconds, 0);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const [before, began] = [await now(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  return (await now() - before) / (performance.now() - began) * 1_000;
}

async function measure(): Promise<Cost> {
  await using product = await Product.start();
  await using observed = await openChromium({ tone: 440 });
  await using others = new GroupBrowser();
  const { page } = await makeRoom(product.origin, { maxParticipants: PEOPLE });
  const own = await observed.newTab();
  for (let n = 0; n < PEOPLE; n++) {
    const tab = n === 0 ? own : await others.newTab(someone(n));
    await tab.goto(`${page}?enter=none&name=${someone(n).name}`);
    await tab.see({ role: "button", name: "Leave" });
  }
  const pids = await processesWith(`--user-data-dir=${observed.home}`);
  const closed = await costOf(pids);
  await own.click({ role: "button", name: "Unmute microphone" });
  const open = await costOf(pids);
  await own.click({ role: "button", name: "Mute microphone" });
  return { closed, open, muted: await costOf(pids) };
}

/** Measures, and prints one line. Takes about three minutes. */
export async function benchMuted(): Promise<void> {
  const rounds: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure());
  const middle = (of: (cost: Cost) => number) => median(rounds.map(of));
  const percent = (of: keyof Cost) => middle((cost) => cost[of] * 100);
  const share = middle(({ muted, open }) => muted / open);
  await report({
    name: "muted",
    says:
      `one person's browser in a call of ${PEOPLE}, of one processor, medians of ${ROUNDS}: microphone closed ${
        percent("closed").toFixed(0)
      } %, open ${percent("open").toFixed(0)} %, muted ${
        percent("muted").toFixed(0)
      } %: ${share.toFixed(2)} of open`,
    figures: {
      "closed, CPU %": percent("closed"),
      "open, CPU %": percent("open"),
      "muted, CPU %": percent("muted"),
      "muted, of open": share,
    },
  });
}

if (import.meta.main) await benchMuted();
