/** Where the values of a measurement lie. */
export interface Percentiles {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** Rounded to whole numbers; of no values, zeros. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
