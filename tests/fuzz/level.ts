/** When memory counts as level. */

/** How much more may be called the same. */
const AGAIN = 1.1;
/** The same of a series that nothing is added to. */
const FLAT = 1.03;
/** How near two blocks of work must come for there to be no more to warm up. */
const WARM = 1.02;

/** Whether memory is back where it was, within 10 %. */
export function isBack(before: number, after: number): boolean {
  return after <= before * AGAIN;
}

/**
 * Whether a series ends flat: the lowest of its last quarter is at most 3 % above the lowest of its second. What is built up at the
 * beginning (code, caches) is left out, and so is what only comes and goes; what each part of the work leaves behind raises the floor, and
 * half of the work lies in between.
 */
export function isFlat(series: readonly number[]): boolean {
  const quarter = Math.floor(series.length / 4);
  const then = Math.min(...series.slice(quarter, 2 * quarter));
  return Math.min(...series.slice(-quarter)) <= then * FLAT;
}

/** Whether the last two of a series are the same, within 2 %. */
export function isWarm(series: readonly number[]): boolean {
  const [one, other] = series.slice(-2);
  return other !== undefined &&
    Math.max(one, other) <= Math.min(one, other) * WARM;
}
