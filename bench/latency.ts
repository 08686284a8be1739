/**
 * How long one signal takes from the sender to the recipient. Through our server and the bare relay at the same rate, at which ours keeps
 * half a processor busy; and between isolates of one process, and processes that share a `denokv`.
 */
import { KEYS } from "../lib/server/keys.ts";
import type { MemberRecord } from "../lib/server/member_record.ts";
import { DenoKv, hasDenoKv } from "../tests/cluster/denokv.ts";
import { type Dialect, End } from "./end.ts";
import { report } from "./figure.ts";
import { cpuSeconds, idleSeconds, median } from "./process.ts";
import type { ReceiverQuestion } from "./receiver_thread.ts";
import {
  BARE,
  type Relay,
  RINGDOWN,
  ringdown,
  Running,
  seat,
  twoSeats,
} from "./relay.ts";
import { CANDIDATES } from "./set_up.ts";
import { now, Thread } from "./thread.ts";

const PAIRS = 100;
const ROUNDS = 5;
const RATIO = 1.5;
/** With which the search for half load begins, in signals a second, and how long it goes on. */
const FIRST_RATE = 5_000;
const STEPS = 3;
const ISOLATES_MS = 3;
const PROCESSES_MS = 15;
/** Between instances what counts is the way, not the load: pairs, and signals a second. */
const CALM_PAIRS = 10;
const CALM = 200;
const MEASURE_MS = 5_000;
const TICK_MS = 1;

/** Latencies in milliseconds, the smallest first. */
type Sample = Float64Array;

const quantile = (sample: Sample, q: number) =>
  sample[Math.min(sample.length - 1, Math.floor(sample.length * q))];

/** Pairs of which one sends and the other, in another thread, receives and acknowledges. */
class Pairs implements Disposable {
  readonly #receivers = new Thread<ReceiverQuestion, number[]>(
    new URL("receiver_thread.ts", import.meta.url),
  );
  readonly #senders: End[] = [];

  get count(): number {
    return this.#senders.length;
  }

  /** Connects a pair. The sender comes last: its welcome shows the other, and where that is. */
  async connect(
    [caller, callee]: [Dialect, Dialect],
  ): Promise<End> {
    await this.#receivers.ask({ connect: callee });
    return await End.open(caller);
  }

  /** Lets a sender that is connected send. */
  add(sender: End): void {
    this.#senders.push(sender);
  }

  /** Sends `perSecond` signals in all, spread evenly, for a while. */
  async sample(perSecond: number): Promise<Sample> {
    const began = performance.now();
    let sent = 0;
    for (
      let passed = 0;
      passed < MEASURE_MS;
      passed = performance.now() - began
    ) {
      for (; sent < passed * perSecond / 1000; sent++) {
        const sender = this.#senders[sent % this.#senders.length];
        sender.send(`{"at":${now()},"with":${CANDIDATES}}`);
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const latencies = await this.#receivers.ask({ latenciesOf: sent });
    return Float64Array.from(latencies).sort();
  }

  [Symbol.dispose](): void {
    this.#receivers[Symbol.dispose]();
  }
}

interface Run {
  p50: number;
  p99: number;
  /** Seconds of the server's processor time per second. */
  cpu: number;
  /** Of all processors, the share that had nothing to do: near 0 it is the machine that was measured. */
  idle: number;
}

async function measure(relay: Relay, perSecond: number): Promise<Run> {
  await using server = await Running.start(relay);
  using pairs = new Pairs();
  for (const pair of await server.seats(PAIRS)) {
    pairs.add(await pairs.connect(pair));
  }
  await pairs.sample(perSecond);
  const [cpu, idle] = [await cpuSeconds(server.pid), await idleSeconds()];
  const sample = await pairs.sample(perSecond);
  const seconds = MEASURE_MS / 1000;
  return {
    p50: quantile(sample, 0.5),
    p99: quantile(sample, 0.99),
    cpu: (await cpuSeconds(server.pid) - cpu) / seconds,
    idle: (await idleSeconds() - idle) / seconds /
      navigator.hardwareConcurrency,
  };
}

/** Signals per second that keep half a processor busy with ours. The more there are the less each costs, so it is found in steps. */
async function halfLoad(): Promise<number> {
  let rate = FIRST_RATE;
  for (let step = 0; step < STEPS; step++) {
    rate *= 0.5 / (await measure(RINGDOWN, rate)).cpu;
  }
  return rate;
}

async function atHalfLoad(): Promise<void> {
  const rate = await halfLoad();
  const ours: Run[] = [];
  const bare: Run[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measure(BARE, rate));
    ours.push(await measure(RINGDOWN, rate));
  }
  const middle = (runs: Run[], of: keyof Run) =>
    median(runs.map((run) => run[of]));
  const text = (runs: Run[]) =>
    `p50 ${middle(runs, "p50").toFixed(2)} ms, p99 ${
      middle(runs, "p99").toFixed(2)
    } ms (server ${
      (middle(runs, "cpu") * 100).toFixed(0)
    } % of a processor, machine ${
      (middle(runs, "idle") * 100).toFixed(0)
    } % idle)`;
  const ratio = middle(ours, "p99") / middle(bare, "p99");
  await report({
    name: "latency",
    says: `one signal at half load, ${rate.toFixed(0)} a second: ${
      text(ours)
    }; bare relay ${text(bare)}; ratio of p99 ${ratio.toFixed(2)}`,
    target: { what: `at most ${RATIO}`, held: ratio <= RATIO },
    figures: {
      ratio,
      "signals per second": rate,
      "p50, ms": middle(ours, "p50"),
      "p99, ms": middle(ours, "p99"),
      "CPU": middle(ours, "cpu"),
      "bare CPU": middle(bare, "cpu"),
      "bare p50, ms": middle(bare, "p50"),
      "bare p99, ms": middle(bare, "p99"),
    },
  });
}

/** Pairs whose two are at different isolates: who is where, only the database tells. */
async function acrossIsolates(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ringdown-bench-" });
  try {
    const DENO_KV_URL = `${folder}/ringdown.kv`;
    const relay = ringdown({ DENO_KV_URL, DENO_JOBS: "2" }, "--parallel");
    const medians: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await using server = await Running.start(relay);
      using kv = await Deno.openKv(DENO_KV_URL);
      using pairs = new Pairs();
      while (pairs.count < CALM_PAIRS) {
        const { ann, ben } = await twoSeats(server.origin);
        const caller = await pairs.connect([
          seat(server.origin, ann, ben),
          seat(server.origin, ben, ann),
        ]);
        const [a, b] = await Promise.all(
          [ann, ben].map((member) =>
            kv.get<MemberRecord>(KEYS.member(member.roomId, member.memberId))
          ),
        );
        if (a.value?.instanceId !== b.value?.instanceId) pairs.add(caller);
      }
      medians.push(quantile(await pairs.sample(CALM), 0.5));
    }
    await reportWay("isolates of one process", medians, ISOLATES_MS);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Pairs whose two are at different processes. */
async function acrossProcesses(): Promise<void> {
  if (!hasDenoKv) {
    return console.log("between processes: left out, there is no denokv here");
  }
  const secret = crypto.randomUUID();
  await using database = await DenoKv.start(secret);
  const relay = ringdown({
    DENO_KV_URL: database.url,
    DENO_KV_ACCESS_TOKEN: secret,
    JWT_SECRET: secret,
  });
  const medians: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await using one = await Running.start(relay);
    await using other = await Running.start(relay);
    using pairs = new Pairs();
    while (pairs.count < CALM_PAIRS) {
      const { ann, ben } = await twoSeats(one.origin);
      pairs.add(
        await pairs.connect([
          seat(one.origin, ann, ben),
          seat(other.origin, ben, ann),
        ]),
      );
    }
    medians.push(quantile(await pairs.sample(CALM), 0.5));
  }
  await reportWay("processes on one denokv", medians, PROCESSES_MS);
}

async function reportWay(way: string, medians: number[], limit: number) {
  const p50 = median(medians);
  await report({
    name: `latency_${way.split(" ")[0]}`,
    says: `one signal between ${way}: p50 ${p50.toFixed(2)} ms`,
    target: { what: `at most ${limit} ms`, held: p50 <= limit },
    figures: { "p50, ms": p50 },
  });
}

/** Measures, and prints a line for each way. Wants the product built. */
export async function benchLatency(): Promise<void> {
  await atHalfLoad();
  await acrossIsolates();
  await acrossProcesses();
}

if (import.meta.main) await benchLatency();
