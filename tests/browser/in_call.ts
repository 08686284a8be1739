/** What two people in a call hear and see of each other. */
import { assert } from "@std/assert";
import { OTHER } from "./people.ts";
import { hear, record, type Source } from "./recorder.ts";
import { dominantHz, levelDb, longestGapMs } from "./sound.ts";
import { type Tab, until } from "./tab.ts";
import { videoChanges } from "./video.ts";

/** Waits until what the tab hears is that tone: an element may play for a while before the first sound comes. */
export async function assertHears(
  tab: Tab,
  hz: number,
  from?: Source,
): Promise<void> {
  let heard = 0;
  await until(async () => {
    heard = dominantHz(await hear(tab, 1_000, from));
    return Math.abs(heard - hz) < 8;
  }, { what: `a tone of ${hz} Hz` }).catch((error) => {
    throw new Error(`${error.message}; heard ${heard} Hz`, { cause: error });
  });
}

/** Waits until the tab hears nothing: what was said just before may still be on its way. */
export async function assertSilent(tab: Tab): Promise<void> {
  await until(async () => levelDb(await hear(tab, 600)) < -60, {
    what: "silence",
  });
}

/** Waits until the other's picture moves: on a busy machine the first frames take a while. */
export async function assertMoves(tab: Tab): Promise<void> {
  await until(() => videoChanges(tab, `${OTHER} video`), {
    what: "the other's picture moves",
  });
}

/** What nobody hears. */
export const MAX_GAP_MS = 20;

/**
 * Measures, in milliseconds, until it is `most` at most, and three times at most. A busy machine is slow now and then; what comes of what
 * happens is there every time. So the last one counts.
 */
export async function upToThrice(
  measure: () => Promise<number>,
  most: number,
): Promise<number[]> {
  const found: number[] = [];
  do found.push(await measure()); while (
    found.length < 3 && found.at(-1)! > most
  );
  return found;
}

/** Fails unless `measure` gives no more than the longest gap that nobody hears, while something happens that may happen three times. */
export async function assertNoGap(
  measure: () => Promise<number>,
): Promise<void> {
  const gaps = await upToThrice(measure, MAX_GAP_MS);
  assert(gaps.at(-1)! <= MAX_GAP_MS, `gaps of ${gaps.join(", ")} ms`);
}

/** The longest gap (ms) in what Ann (440 Hz) and Ben (880 Hz) hear of each other while `event` happens. */
export async function longestGapOver(
  a: Tab,
  b: Tab,
  event: () => Promise<void>,
): Promise<number> {
  const recorders = await Promise.all([record(a), record(b)]);
  await event();
  // A while longer: what comes late is to be heard too.
  await hear(a, 1_000);
  const [heardByA, heardByB] = await Promise.all(
    recorders.map((recorder) => recorder.stopRoughly()),
  );
  assert(heardByA.samples.length / heardByA.sampleRate > 1);
  return Math.max(longestGapMs(heardByA, 880), longestGapMs(heardByB, 440));
}
