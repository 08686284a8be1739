/** When to try again: policies as values. */

/** The wait in milliseconds before attempt number `attempt`, counted from 0. `random` gives 0 up to 1. */
export type Backoff = (attempt: number, random: () => number) => number;

/**
 * The given waits, of which the last repeats without end, each with full jitter (a random part of it), so that many clients that lost
 * the same server do not come back at the same moment.
 */
export function steps(waits: readonly number[]): Backoff {
  return (attempt, random) =>
    waits[Math.min(attempt, waits.length - 1)] * random();
}

/** Reconnecting to the server: `docs/protocol.md` section 7. */
export const RECONNECT: Backoff = steps([0, 300, 1_000, 2_000, 4_000, 7_000]);

/** Saying again what the server could not take. */
export const SAY_AGAIN: Backoff = steps([1_000, 2_000, 4_000]);

/** Building a pair's peer connection anew. */
export const REBUILD: Backoff = steps([0, 1_000, 2_000, 4_000, 8_000]);

/** Joining anew when the seat was lost. */
export const REJOIN: Backoff = steps([0, 1_000, 4_000, 10_000]);

/** Fetching fresh TURN credentials. */
export const RENEW: Backoff = steps([5_000, 10_000, 30_000, 60_000]);
