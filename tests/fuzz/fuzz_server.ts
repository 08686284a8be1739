import { seededRandom } from "../fakes/random.ts";
import type { ProofOptions, ProofResult } from "../proof.ts";
import { churn, strayed } from "./churn.ts";
import { collected, startCollecting } from "./collected.ts";
import { isBack, isWarm } from "./level.ts";
import { throwGarbage } from "./wire.ts";

const SIZES = {
  small: { wireFrames: 500, cycles: 1_000 },
  full: { wireFrames: 50_000, cycles: 100_000 },
};

/** Warming up goes in tenths of the connections that follow, so many at most. */
const WARM_UPS = 8;
const ROOMS = 50;
/** For the seats of who is away to run out. */
const REST_MS = { small: 1_000, full: 50_000 };

/** One machine plays everyone. The rates of as many members are remembered as sockets may be open: so few that warming up fills that. */
const ENV = {
  ...Object.fromEntries(
    [
      ..."CONNECTIONS REQUESTS ROOMS JOINS FAILED_JOINS".split(" ")
        .map((name) => `LIMIT_${name}_PER_MINUTE`),
      "LIMIT_SOCKETS_PER_ADDRESS",
    ].map((name) => [name, "1000000"]),
  ),
  LIMIT_SOCKETS: "1000",
};

/** A server process, over real sockets. */
export async function fuzzServer(
  { seed, size, progress }: ProofOptions,
): Promise<ProofResult> {
  const random = seededRandom(seed);
  const { wireFrames, cycles } = SIZES[size];
  await using product = await startCollecting(ENV);
  const { origin } = product;
  const pid = product.pid!;
  const url = `${origin.replace("http", "ws")}/ws`;
  const seats: Seat[] = [];
  for (let n = 0; n < ROOMS; n++) {
    const roomId = await makeRoom(origin);
    seats.push(await join(origin, roomId), await join(origin, roomId));
  }
  const tokens = seats.map(({ token }) => token);
  const target = {
    url,
    random,
    memberIds: seats.map(({ memberId }) => memberId),
    token: async () => (await join(origin, await makeRoom(origin))).token,
  };
  const rest = () =>
    new Promise((resolve) => setTimeout(resolve, REST_MS[size]));
  const look = async (when: string) => {
    const memory = await collected(product);
    progress(`${when}: ${JSON.stringify(memory)} MiB`);
    return memory;
  };

  // What a server takes for its code, caches and reserves it takes once.
  await throwGarbage(target, wireFrames / 2);
  const warmUp: number[] = [];
  while (warmUp.length < WARM_UPS && !isWarm(warmUp)) {
    await churn(url, tokens, random, cycles / 10);
    warmUp.push((await look("warming up")).used);
  }
  await rest();
  const before = await look("before");
  const outcomes = await churn(url, tokens, random, cycles);
  await rest();
  const afterCycles = await look(`after ${cycles} connections`);
  const wireSockets = await throwGarbage(target, wireFrames);
  await rest();
  const end = await look(`after ${wireFrames} frames`);

  const answers = (await fetch(`${origin}/readyz`)).ok;
  const errors = product.output.split("\n")
    .filter((line) => line.includes('"level":"error"'));
  const isLevel = [afterCycles, end].every(({ used, heap }) =>
    isBack(before.used, used) && isBack(before.heap, heap)
  );
  return {
    held: answers && product.pid === pid && errors.length === 0 &&
      strayed(outcomes) === 0 && (size === "small" || isLevel),
    sizes: { cycles, wireFrames, wireSockets },
    figures: {
      connectionsStrayed: strayed(outcomes),
      connectionsByEnding: outcomes,
      serverErrors: errors.length,
      serverErrorExamples: errors.slice(0, 3),
      serverMiB: { warmUp, before, afterCycles, end },
      cyclesRatio: ratio(before.used, afterCycles.used),
      endRatio: ratio(before.used, end.used),
      residentCyclesRatio: ratio(before.resident, afterCycles.resident),
      residentEndRatio: ratio(before.resident, end.resident),
    },
  };
}

interface Seat {
  token: string;
  memberId: string;
}

async function makeRoom(origin: string): Promise<string> {
  const { roomId } = await post<{ roomId: string }>(`${origin}/api/rooms`, {});
  return roomId;
}

function join(origin: string, roomId: string): Promise<Seat> {
  return post(`${origin}/api/rooms/${roomId}/join`, { name: "Eve" });
}

async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return await response.json();
}

function ratio(before: number, after: number): number {
  return Math.round(after / before * 1_000) / 1_000;
}
