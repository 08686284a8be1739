/** Issue 4's proof 2: calls outlive the servers that they go through. */
import { until } from "../browser/tab.ts";
import { seededRandom } from "../fakes/random.ts";
import type { Proof, ProofResult } from "../proof.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import type { ClusterServer } from "./cluster_server.ts";
import { percentiles } from "./figures.ts";
import { Fleet, isFlawless } from "./fleet.ts";

/** What is promised, in milliseconds. */
const BACK_AFTER_SIGINT_MS = 3_000;
const BACK_AFTER_KILL_MS = 5_000;
const GONE_AFTER_SIGINT_MS = 5_000;
const LEFT_AFTER_KILL_MS = 60_000;

/** Within so long everyone has noticed that its server is gone. */
const NOTICE_MS = 500;

const SIZES = {
  small: { rooms: 6, signals: 600, perSecond: 200, vanishing: 0, rolling: 0 },
  full: {
    rooms: 100,
    signals: 100_000,
    perSecond: 1_000,
    vanishing: 10,
    rolling: 3,
  },
};

/** The proof on a cluster of a kind. */
export function survival(
  name: string,
  proves: string,
  options: ClusterOptions,
): Proof {
  return {
    name,
    proves,
    prove: async ({ seed, size, progress }) => {
      const { rooms, signals, perSecond, vanishing, rolling } = SIZES[size];
      const random = seededRandom(seed);
      await using cluster = await Cluster.start(options);
      await using fleet = new Fleet(random);
      const trial = new Trial(cluster, fleet);
      await trial.begin(rooms, perSecond);
      progress(`${rooms} rooms`);
      await trial.killFirst(vanishing);
      progress("one server killed");
      await trial.drain(cluster.servers[1]);
      progress("one server drained");
      for (const server of cluster.servers.slice(0, rolling)) {
        await trial.drain(server);
      }
      progress("rolling restart of all servers");
      await until(() => Promise.resolve(fleet.sent >= signals), {
        timeoutMs: 2_000 * signals / perSecond,
        what: `${signals} signals sent`,
      });
      await fleet.quiet();
      return await trial.result({ rooms, vanishing });
    },
  };
}

/** One run: what is done to the cluster, and how long its members took to come back. */
class Trial {
  readonly #cluster: Cluster;
  readonly #fleet: Fleet;
  readonly #backAfterKill: number[] = [];
  readonly #backAfterSigint: number[] = [];
  readonly #goneAfterSigint: number[] = [];
  #cutBySigint = 0;
  #killedAt = 0;

  constructor(cluster: Cluster, fleet: Fleet) {
    this.#cluster = cluster;
    this.#fleet = fleet;
  }

  /** Rooms of which every other has its two members at different servers. */
  async begin(rooms: number, perSecond: number): Promise<void> {
    const origins = this.#cluster.servers.map(({ origin }) => origin);
    const at = (n: number) => origins[n % origins.length];
    await this.#fleet.settle(rooms, (n) => [at(n), at(n + n % 2)]);
    this.#fleet.flow(perSecond);
  }

  /** Kills the first server while some of its members disappear with it, and replaces it. */
  async killFirst(vanishing: number): Promise<void> {
    const [server, ...others] = this.#cluster.servers;
    // Two flows per room: of the first member of each room whose first member is here.
    const everySo = 2 * (1 + others.length);
    const vanish = this.#fleet.flows.filter((_, n) => n % everySo === 0)
      .slice(0, vanishing);
    this.#killedAt = performance.now();
    const killed = server.kill();
    for (const { from } of vanish) from.vanish();
    await killed;
    await this.#everyoneBack(this.#killedAt, this.#backAfterKill);
    await server.start();
  }

  /** Drains a server and replaces it. */
  async drain(server: ClusterServer): Promise<void> {
    const at = performance.now();
    this.#goneAfterSigint.push(await server.drain());
    await this.#everyoneBack(at, this.#backAfterSigint);
    this.#cutBySigint +=
      this.#fleet.members.filter(({ losses }) =>
        losses.some((lostAt) => lostAt > at)
      ).length;
    await server.start();
  }

  /** `cutBySigint`: connections that were lost to a server that went, before their client had another. */
  async result(sizes: Record<string, number>): Promise<ProofResult> {
    const leftAfterKill = await this.#leaves();
    const tally = this.#fleet.tally();
    const figures = {
      ...tally,
      delayMs: percentiles(
        this.#fleet.flows.flatMap((flow) => flow.delaysSince(0)),
      ),
      backAfterKillMs: percentiles(this.#backAfterKill),
      backAfterSigintMs: percentiles(this.#backAfterSigint),
      cutBySigint: this.#cutBySigint,
      goneAfterSigintMs: percentiles(this.#goneAfterSigint),
      leftAfterKillMs: percentiles(leftAfterKill),
    };
    const held = isFlawless(tally) &&
      figures.backAfterKillMs.p99 <= BACK_AFTER_KILL_MS &&
      figures.backAfterSigintMs.p99 <= BACK_AFTER_SIGINT_MS &&
      figures.goneAfterSigintMs.max <= GONE_AFTER_SIGINT_MS &&
      figures.leftAfterKillMs.max <= LEFT_AFTER_KILL_MS;
    return { held, sizes, figures };
  }

  /** Waits until everyone is back, and notes how long each took who had to come back. */
  async #everyoneBack(since: number, took: number[]): Promise<void> {
    const noticed = performance.now() + NOTICE_MS;
    await until(
      () =>
        Promise.resolve(
          performance.now() > noticed && this.#fleet.everyoneIsBack,
        ),
      { timeoutMs: 60_000, what: "everyone is back" },
    );
    for (const { hasVanished, welcomes } of this.#fleet.members) {
      const back = welcomes.find((at) => at > since);
      if (back !== undefined && !hasVanished) took.push(back - since);
    }
  }

  /** How long after the kill each member that vanished with the server was announced to have left. */
  async #leaves(): Promise<number[]> {
    const owed = this.#fleet.flows.filter(({ from, to }) =>
      from.hasVanished && !to.hasVanished
    );
    const at = () =>
      owed.map(({ from, to }) => to.left.get(from.memberId) ?? Infinity);
    await until(() => Promise.resolve(at().every(Number.isFinite)), {
      timeoutMs: 2 * LEFT_AFTER_KILL_MS,
      what: "the dead members have left",
    });
    return at().map((time) => time - this.#killedAt);
  }
}
