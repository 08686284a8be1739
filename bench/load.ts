/** How many set-ups a relay can do with a processor, when it always has something to do. */
import type { LoadOrder } from "./load_thread.ts";
import { cpuSeconds, wantedSeconds } from "./process.ts";
import { type Relay, Running } from "./relay.ts";
import { Thread } from "./thread.ts";

/** Three: together they get three times the processor time that the server gets, wherever all run, so that no server has to wait. */
const THREADS = 3;
/** How many set-ups each pair does before anything is measured. */
const WARM_UP = 4;
const MEASURE_MS = 5_000;
const LOOK_MS = 20;

/** From this share of the time on a server counts as one that is never left waiting. */
const SATURATED = 0.95;

export interface Saturated {
  /** Set-ups per second of the server's processor time. */
  rate: number;
  /** The share of the time in which the server ran or wanted to, 0 to 1. */
  busy: number;
}

/** Measures it, with so many pairs. */
export async function saturate(
  relay: Relay,
  count: number,
): Promise<Saturated> {
  await using server = await Running.start(relay);
  using threads = new DisposableStack();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const pairs = await server.seats(count);
  await Promise.all(Array.from({ length: THREADS }, (_, n) => {
    const module = new URL("load_thread.ts", import.meta.url);
    const thread = threads.use(new Thread<LoadOrder, void>(module));
    const share = pairs.filter((_, i) => i % THREADS === n);
    return thread.ask({ pairs: share, done });
  }));
  while (Atomics.load(done, 0) < count * WARM_UP) await wait(LOOK_MS);
  const now = async () => ({
    done: Atomics.load(done, 0),
    cpu: await cpuSeconds(server.pid),
    wanted: await wantedSeconds(server.pid),
    at: performance.now() / 1_000,
  });
  const before = await now();
  await wait(MEASURE_MS);
  const after = await now();
  return {
    rate: (after.done - before.done) / (after.cpu - before.cpu),
    busy: (after.wanted - before.wanted) / (after.at - before.at),
  };
}

/** What is to be said of servers that had time left, whose figures are therefore not those of the others; mostly nothing. */
export function warning(busy: ReadonlyMap<Relay, number>): string {
  const idlers = [...busy].filter(([, share]) => share < SATURATED);
  if (idlers.length === 0) return "";
  return `; NOT COMPARABLE, less than ${SATURATED} busy: ${
    idlers.map(([{ name }]) => name).join(", ")
  }`;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
