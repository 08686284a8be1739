/**
 * Whole calls from nothing: make a room, take two seats over HTTP, connect both, exchange a set-up's 12 messages, leave. With all work of the
 * database, in a file. The other servers know neither rooms nor seats: theirs is to connect, exchange the same messages, and close.
 */
import { report } from "./figure.ts";
import { cpuSeconds, median } from "./process.ts";
import { BARE, type Relay, ringdown, Running, SOCKET_IO } from "./relay.ts";
import { setUp } from "./set_up.ts";

const CALLS = 1_000;
const WARM_UP = 100;
const AT_ONCE = 32;
const ROUNDS = 5;

interface Run {
  /** Calls per second of the server's processor time. */
  rate: number;
  /** Calls per second, as far as one processor's load can ask for them. */
  perSecond: number;
}

async function measure(relay: Relay): Promise<Run> {
  await using server = await Running.start(relay);
  await calls(server, 0, WARM_UP);
  const before = await cpuSeconds(server.pid);
  const began = performance.now();
  await calls(server, WARM_UP, CALLS);
  const seconds = (performance.now() - began) / 1000;
  const used = await cpuSeconds(server.pid) - before;
  return { rate: CALLS / used, perSecond: CALLS / seconds };
}

async function calls(server: Running, first: number, count: number) {
  let next = first;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let n = next++; n < first + count; n = next++) {
      const ends = await server.pair(n);
      await setUp(ends);
      await Promise.all(ends.map((end) => end.close()));
    }
  }));
}

/** Measures, and prints one line. Wants the product built. */
export async function benchColdCalls(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ringdown-bench-" });
  try {
    await compare(`${folder}/ringdown.kv`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compare(database: string): Promise<void> {
  const relays = [BARE, ringdown({ DENO_KV_URL: database }), SOCKET_IO];
  const runs = new Map<Relay, Run[]>(relays.map((relay) => [relay, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const relay of relays) runs.get(relay)!.push(await measure(relay));
  }
  const middle = (relay: Relay, of: keyof Run) =>
    median(runs.get(relay)!.map((run) => run[of]));
  const list = relays.map((relay) =>
    `${relay.name} ${middle(relay, "rate").toFixed(0)} (${
      middle(relay, "perSecond").toFixed(0)
    } a second)`
  );
  await report({
    name: "cold_calls",
    says: `whole cold calls per CPU second: ${list.join(", ")}`,
    figures: Object.fromEntries(
      relays.flatMap((relay) => [
        [`${relay.name}, per CPU second`, middle(relay, "rate")],
        [`${relay.name}, per second`, middle(relay, "perSecond")],
      ]),
    ),
  });
}

if (import.meta.main) await benchColdCalls();
