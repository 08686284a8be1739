/** One running copy of the server, and the ways in which it can go. */
import { Instance } from "@/lib/server/instance.ts";
import { BroadcastCarrier } from "@/lib/server/bus/carrier_broadcast.ts";
import type { Carrier } from "@/lib/server/bus/carrier.ts";
import { Log } from "@/lib/server/log.ts";
import { readSettings } from "@/lib/server/settings.ts";
import { Store } from "@/lib/server/store.ts";
import type { MemberClaims } from "@/lib/server/tokens.ts";
import type { Chance } from "./chance.ts";
import type { Hall } from "./hall.ts";
import type { Database } from "./kv/database.ts";
import { openFakeKv } from "./kv/fake_kv.ts";
import { KvLine, NO_LINE_FAULTS } from "./kv/line.ts";
import { MachineClock, type Skew } from "./machine_clock.ts";
import type { Timeline } from "./timeline.ts";
import { Wire, type WireOptions } from "./wire.ts";

/** What a platform gives a process that was told to go. */
const GRACE_MS = 5_000;

const SETTINGS = readSettings((name) =>
  name === "JWT_SECRET"
    ? "a secret for simulations, which nobody uses"
    : undefined
);

export interface MachineOptions {
  name: string;
  timeline: Timeline;
  chance: Chance;
  database: Database;
  skew: Skew;
  /** The BroadcastChannel of its process; null: there is none. */
  hall: Hall | null;
  /** A line of its log. */
  onLog: (line: string) => void;
}

export class Machine {
  readonly name: string;
  readonly clock: MachineClock;
  readonly line: KvLine;
  readonly instance: Instance;
  readonly hall: Hall | null;
  /** `dead`: killed. `gone`: closed in good order. */
  state: "up" | "draining" | "gone" | "dead" = "up";
  /** When it was last seen to have any trouble, in milliseconds since the beginning. */
  troubledAt = -Infinity;
  readonly #options: MachineOptions;
  readonly #wires = new Set<Wire>();
  readonly #channel: { close(): void } | null;

  constructor(options: MachineOptions) {
    this.#options = options;
    const { name, timeline, chance, database, skew, hall, onLog } = options;
    this.name = name;
    this.hall = hall;
    this.clock = new MachineClock(timeline, skew);
    this.line = new KvLine(timeline, chance.random);
    const open = () => {
      const { clock, line } = this;
      return Promise.resolve(openFakeKv(database, line, () => clock.now()));
    };
    const channel = hall?.open() ?? null;
    this.#channel = channel;
    const carriers: Carrier[] = channel
      ? [new BroadcastCarrier({ clock: this.clock, channel })]
      : [];
    this.instance = new Instance({
      settings: SETTINGS,
      store: new Store(open, this.clock, { remote: true }),
      carriers,
      log: new Log(onLog, this.clock),
      clock: this.clock,
      random: chance.fill,
    });
  }

  get isUp(): boolean {
    return this.state === "up";
  }

  /** It takes connections and reaches the database. */
  get isHealthy(): boolean {
    return this.isUp && this.line.isUp;
  }

  /** Looks whether it has any trouble now. */
  look(): void {
    const isWell = this.isHealthy && this.line.faults === NO_LINE_FAULTS;
    if (!isWell) this.troubledAt = this.#options.timeline.now;
  }

  /** Connections that one of the two ends still holds. */
  get wires(): ReadonlySet<Wire> {
    return this.#wires;
  }

  /** Opens a connection for the holder of these claims. */
  connect(
    claims: MemberClaims,
    incarnation: number | undefined,
    options: Pick<WireOptions, "handler" | "latency" | "onOver">,
  ): Wire {
    const wire: Wire = new Wire({
      ...options,
      timeline: this.#options.timeline,
      accept: (socket) =>
        this.instance.reception.connect(socket, claims, incarnation),
      onOver: () => {
        this.#wires.delete(wire);
        options.onOver();
      },
    });
    this.#wires.add(wire);
    return wire;
  }

  /** Kill -9, or the plug pulled: from now on it says and writes nothing. `pagesHear`: its system closes the connections. */
  kill(pagesHear: boolean): void {
    if (this.state === "dead" || this.state === "gone") return;
    this.state = "dead";
    this.clock.stop();
    this.line.kill();
    this.#channel?.close();
    this.#endWires(pagesHear);
  }

  /** SIGINT. Resolves to whether it was gone within the 5 s that it has; else it was killed. */
  async drain(): Promise<boolean> {
    if (this.state !== "up") return true;
    this.state = "draining";
    const { timeline } = this.#options;
    const isGone = await Promise.race([
      this.instance.close().then(() => true),
      timeline.delay(GRACE_MS).then(() => false),
    ]);
    if (!isGone) this.kill(true);
    else {
      this.state = "gone";
      this.#endWires(true);
    }
    return isGone;
  }

  /** Its process is no more. */
  #endWires(pagesHear: boolean): void {
    for (const wire of [...this.#wires]) wire.machineDied(pagesHear);
  }
}
