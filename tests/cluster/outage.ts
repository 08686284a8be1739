/** Issue 4's proof 3: what a database in trouble does to calls, and what not. */
import { createRoom } from "@/lib/client/api.ts";
import { until } from "../browser/tab.ts";
import { seededRandom } from "../fakes/random.ts";
import type { Proof } from "../proof.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { percentiles } from "./figures.ts";
import { Fleet, isFlawless } from "./fleet.ts";
import type { Flow } from "./flow.ts";
import { type Fault, FAULTS } from "./kv_proxy.ts";

/** What is promised, in milliseconds. */
const REFUSED_WITHIN_MS = 2_500;
const RECOVERED_WITHIN_MS = 3_000;
/** Signals between members of one instance need no database: the machine alone may hold them up. */
const UNDISTURBED_MS = 1_000;

const SIZES = {
  small: {
    faults: ["hung"] as readonly Fault[],
    faultMs: 3_000,
    rooms: 3,
    perSecond: 60,
  },
  full: { faults: FAULTS, faultMs: 30_000, rooms: 12, perSecond: 200 },
};
const JOIN_EVERY_MS = 1_000;
/** What is no trouble to who joins. */
const JOINS_GO_ON: ReadonlySet<Fault> = new Set([
  "watch-silent",
  "watch-cut",
  "watch-quota",
  "replies-lost",
]);

/** The proof on a cluster of a kind. */
export function outage(
  name: string,
  proves: string,
  options: ClusterOptions,
): Proof {
  return {
    name,
    proves,
    prove: async ({ seed, size, progress }) => {
      const { faults, faultMs, rooms, perSecond } = SIZES[size];
      const random = seededRandom(seed);
      await using cluster = await Cluster.start({ ...options, random });
      await using fleet = new Fleet(random);
      const trial = await OutageTrial.begin(cluster, fleet, rooms);
      fleet.flow(perSecond);
      const figures: Record<string, OutageFigures> = {};
      for (const fault of faults) {
        const found = figures[fault] = await trial.run(fault, faultMs);
        progress(`${fault}: ${JSON.stringify(found)}`);
      }
      await fleet.quiet();
      const tally = fleet.tally();
      const held = isFlawless(tally) &&
        Object.entries(figures).every(([fault, found]) =>
          holds(fault as Fault, found)
        );
      return {
        held,
        sizes: { rooms, faultMs },
        figures: { tally, ...figures },
      };
    },
  };
}

/** What was seen while the database was in trouble, and right after. Times are in milliseconds. */
export interface OutageFigures {
  /** Of members of one instance: how long their signals took at most or have not come, and connections that were lost. */
  sameInstanceDelayMax: number;
  sameInstanceSocketsLost: number;
  /** Of members of two instances. */
  acrossDelayMax: number;
  /** Replies of the database that were lost. */
  repliesLost: number;
  /** How joining was answered: `503 with Retry-After`, how often. */
  joins: Record<string, number>;
  joinMax: number;
  /** From the end of the trouble until every server let somebody join. */
  joinsRecoveredAfter: number;
  /** From the end of the trouble until signals that were sent after it had arrived between all instances. */
  signalsRecoveredAfter: number;
}

function holds(fault: Fault, found: OutageFigures): boolean {
  const expected = JOINS_GO_ON.has(fault) ? "200" : "503 with Retry-After";
  const { joins } = found;
  return (fault !== "replies-lost" || found.repliesLost > 0) &&
    found.sameInstanceDelayMax <= UNDISTURBED_MS &&
    found.sameInstanceSocketsLost === 0 &&
    Object.keys(joins).every((answer) => answer === expected) &&
    found.joinMax <= REFUSED_WITHIN_MS &&
    found.joinsRecoveredAfter <= RECOVERED_WITHIN_MS &&
    found.signalsRecoveredAfter <= RECOVERED_WITHIN_MS;
}

/** Rooms within each instance and across. */
class OutageTrial {
  readonly #cluster: Cluster;
  readonly #within: Flow[];
  readonly #across: Flow[];

  private constructor(
    cluster: Cluster,
    within: Flow[],
    across: Flow[],
  ) {
    this.#cluster = cluster;
    this.#within = within;
    this.#across = across;
  }

  static async begin(
    cluster: Cluster,
    fleet: Fleet,
    rooms: number,
  ): Promise<OutageTrial> {
    const origins = cluster.servers.map(({ directOrigin }) => directOrigin);
    const at = (n: number) => origins[n % origins.length];
    const within = await fleet.settle(rooms, (n) => [at(n), at(n)]);
    const across = await fleet.settle(rooms, (n) => [at(n), at(n + 1)]);
    return new OutageTrial(cluster, within, across);
  }

  async run(fault: Fault, ms: number): Promise<OutageFigures> {
    const doors = await this.#openDoors();
    const lostBefore = this.#repliesLost;
    const before = performance.now();
    await this.#cluster.setFault(fault);
    const { joins, joinMax } = await joinFor(doors, ms);
    const during = (flow: Flow) => flow.delaysSince(before);
    const now = performance.now();
    const silences = this.#within.map(({ newest }) => now - newest);
    const delays = this.#within.flatMap(during);
    const figures = {
      sameInstanceDelayMax: percentiles([...delays, ...silences]).max,
      sameInstanceSocketsLost: this.#within.reduce(
        (sum, { from }) =>
          sum + from.losses.filter((lostAt) => lostAt > before).length,
        0,
      ),
      repliesLost: this.#repliesLost - lostBefore,
      joins,
      joinMax,
    };
    const after = performance.now();
    await this.#cluster.setFault(null);
    const [joinsRecoveredAfter, signalsRecoveredAfter] = await Promise.all([
      joinsRecovered(doors, after),
      this.#signalsRecovered(after),
    ]);
    return {
      ...figures,
      acrossDelayMax: percentiles(this.#across.flatMap(during)).max,
      joinsRecoveredAfter,
      signalsRecoveredAfter,
    };
  }

  get #repliesLost(): number {
    return this.#cluster.servers.reduce((sum, { kv }) => sum + kv.lost, 0);
  }

  /** A new room at every server, to try joining: who gets a seat takes it, and no room gets full. */
  #openDoors(): Promise<Door[]> {
    return Promise.all(
      this.#cluster.servers.map(async ({ directOrigin: origin }) => {
        const wish = { maxParticipants: 64 };
        const { roomId } = await createRoom(wish, { baseUrl: origin });
        return { origin, roomId };
      }),
    );
  }

  async #signalsRecovered(since: number): Promise<number> {
    const isCurrent = () => this.#across.every(({ newest }) => newest > since);
    await until(() => Promise.resolve(isCurrent()), {
      timeoutMs: 60_000,
      what: "signals go between all instances again",
    });
    return Math.round(performance.now() - since);
  }
}

/** Where to try joining. */
interface Door {
  origin: string;
  roomId: string;
}

/** Tries to join at every door, again and again for a time. */
async function joinFor(
  doors: readonly Door[],
  ms: number,
): Promise<Pick<OutageFigures, "joins" | "joinMax">> {
  const joins: Record<string, number> = {};
  let joinMax = 0;
  const until = performance.now() + ms;
  while (performance.now() < until) {
    for (const { answer, took } of await Promise.all(doors.map(join))) {
      joins[answer] = (joins[answer] ?? 0) + 1;
      joinMax = Math.max(joinMax, Math.round(took));
    }
    await new Promise((resolve) => setTimeout(resolve, JOIN_EVERY_MS));
  }
  return { joins, joinMax };
}

async function join(
  { origin, roomId }: Door,
): Promise<{ answer: string; took: number }> {
  const before = performance.now();
  const response = await fetch(`${origin}/api/rooms/${roomId}/join`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Guest" }),
  });
  await response.body?.cancel();
  const hint = response.headers.has("Retry-After") ? " with Retry-After" : "";
  const answer = response.status + hint;
  return { answer, took: performance.now() - before };
}

async function joinsRecovered(
  doors: readonly Door[],
  since: number,
): Promise<number> {
  await Promise.all(doors.map((door) =>
    until(
      async () => (await join(door)).answer === "200",
      { timeoutMs: 60_000, what: "joining works again" },
    )
  ));
  return Math.round(performance.now() - since);
}
