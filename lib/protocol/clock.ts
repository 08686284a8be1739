/** Where time comes from. Everything that waits or looks at the time is given one, so that tests and simulations run on virtual time. */
export interface Clock {
  /** Milliseconds since 1970, by this machine's calendar. Others' calendars may differ by minutes: compare only with own readings. */
  now(): number;
  /** Milliseconds since some moment, never going back. */
  monotonic(): number;
  /** Calls `task` once after `ms` milliseconds. The function that comes back calls it off. */
  after(ms: number, task: () => void): () => void;
}

/** The machine's own clock. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds of `clock`. */
export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}
