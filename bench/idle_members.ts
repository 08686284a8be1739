/** The memory of a server with 10,000 members who are connected and say nothing, in rooms of two; against as many idle sockets of a bare one. */
import { report } from "./figure.ts";
import { median, residentBytes } from "./process.ts";
import { BARE, type Relay, RINGDOWN, Running } from "./relay.ts";

const PAIRS = 5_000;
const ROUNDS = 5;
const RATIO = 1.25;
/** What connecting left behind is swept up when there is nothing else to do. */
const SETTLE_MS = 15_000;

/** Bytes in memory (proc(5), `VmRSS`). */
async function measure(relay: Relay): Promise<number> {
  await using server = await Running.start(relay);
  await server.pairs(PAIRS);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return await residentBytes(server.pid);
}

/** Measures, and prints one line. Wants the product built. */
export async function benchIdleMembers(): Promise<void> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await measure(BARE) / 2 ** 20);
    ours.push(await measure(RINGDOWN) / 2 ** 20);
  }
  const [a, b] = [median(ours), median(bare)];
  await report({
    name: "idle_members",
    says: `memory with ${2 * PAIRS} idle members: ${
      a.toFixed(0)
    } MiB; bare relay ${b.toFixed(0)} MiB; ratio ${(a / b).toFixed(2)}`,
    target: { what: `at most ${RATIO}`, held: a / b <= RATIO },
    figures: { ratio: a / b, "Ringdown, MiB": a, "bare, MiB": b },
  });
}

if (import.meta.main) await benchIdleMembers();
