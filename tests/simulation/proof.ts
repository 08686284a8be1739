import type { Proof } from "../proof.ts";
import type { SimulationOptions, SimulationResult } from "./simulation.ts";

const SIZES = {
  small: { seeds: 5, signals: 2_000, rooms: 8 },
  full: { seeds: 100, signals: 100_000, rooms: 24 },
};

/** Seeds that are told of by name when they fail: the rest would hide them. */
const MAX_TOLD = 20;

export const SIMULATION: Proof = {
  name: "simulation",
  proves:
    "whole instances and clients on virtual time, with every fault: nothing is lost, doubled, out of order or misdelivered, every gap is " +
    "announced, no living member is removed, no seat leaks",
  async prove({ seed: first, size, progress }) {
    const { seeds, signals, rooms } = SIZES[size];
    const sums = {
      sent: 0,
      arrived: 0,
      gaps: 0,
      faults: 0,
      machines: 0,
      virtualSeconds: 0,
    };
    const failed: { seed: number; violations: readonly string[] }[] = [];
    let broken = 0;
    const all = Array.from(
      { length: seeds },
      (_, i) => ({ seed: first + i, signals, rooms }),
    );
    for await (const { seed, violations, ...result } of simulateAll(all)) {
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) {
        sums[name] += result[name];
      }
      broken += violations.length;
      if (violations.length > 0) failed.push({ seed, violations });
      progress(
        `seed ${seed}: ${result.sent} signals, ${result.faults} faults, ${violations.length} violations`,
      );
    }
    return {
      held: broken === 0,
      sizes: { seeds, signals: sums.sent, rooms, faults: sums.faults },
      figures: {
        ...sums,
        violations: broken,
        failed: failed.slice(0, MAX_TOLD),
      },
    };
  },
};

/** Runs all, as many at a time as there are processors, and gives each result when it is there. */
async function* simulateAll(
  all: SimulationOptions[],
): AsyncGenerator<SimulationResult> {
  const url = new URL("./worker.ts", import.meta.url);
  const workers = Array.from(
    { length: navigator.hardwareConcurrency },
    () => new Worker(url, { type: "module" }),
  );
  const running = new Map<Worker, Promise<[Worker, SimulationResult]>>();
  const begin = (worker: Worker) => {
    const next = all.shift();
    running.delete(worker);
    if (next === undefined) return worker.terminate();
    running.set(
      worker,
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve([worker, data]);
        worker.onerror = reject;
        worker.postMessage(next);
      }),
    );
  };
  workers.forEach(begin);
  try {
    while (running.size > 0) {
      const [worker, result] = await Promise.race(running.values());
      begin(worker);
      yield result;
    }
  } finally {
    workers.forEach((worker) => worker.terminate());
  }
}
