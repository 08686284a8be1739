import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Carrier, Parcel } from "./carrier.ts";
import { Timers } from "../timers.ts";
import { Line } from "./line.ts";

export interface BusOptions {
  instanceId: string;
  /** The ways to other instances, best first. The last must reach every one, sooner or later. */
  carriers: readonly Carrier[];
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/**
 * How an instance reaches others, by their ids. Messages (JSON values) from one instance to another arrive in order and at most once;
 * where some were lost, the recipient is told by {@linkcode onHole} as soon as a later one arrives. A bus knows nothing of rooms.
 */
export class Bus {
  /** Called for each message from another instance. */
  onMessage: (message: unknown, from: string) => void = () => {};
  /** Called when messages from an instance were lost. */
  onHole: (from: string) => void = () => {};

  readonly #options: BusOptions;
  readonly #timers: Timers;
  /** One for each instance that was ever written to: the count must not begin again while the other remembers it. */
  readonly #lines = new Map<string, Line>();
  /** The number of the last parcel taken in, by sender. */
  readonly #taken = new Map<string, number>();
  #closed = false;

  constructor(options: BusOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    for (const carrier of options.carriers) {
      carrier.open(options.instanceId, (parcel) => this.#take(parcel));
    }
  }

  /** Sends a message, now or as soon as there is a way. */
  send(to: string, message: unknown): void {
    if (this.#closed) return;
    const line = this.#lines.get(to) ?? this.#open(to);
    line.send(JSON.stringify(message));
  }

  /** Resolves when everything was handed over, or after `ms` milliseconds. */
  async flush(ms: number): Promise<void> {
    const lines = [...this.#lines.values()];
    const idle = Promise.all(lines.map((line) => line.idle()));
    await Promise.race([idle, this.#timers.pause(ms)]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.close();
    for (const line of this.#lines.values()) line.close();
    await Promise.all(this.#options.carriers.map((carrier) => carrier.close()));
  }

  #open(to: string): Line {
    const { instanceId: from, carriers, clock, log, metrics } = this.#options;
    const line = new Line({
      from,
      to,
      carriers,
      clock,
      onCarried: (carrier, arrived) =>
        metrics.parcels.inc({ carrier, outcome: arrived ? "ok" : "failed" }),
      onLost: (count, error) => {
        log.warn("bus-messages-lost", { otherInstanceId: to, count, error });
        metrics.lostMessages.inc(count);
      },
    });
    this.#lines.set(to, line);
    return line;
  }

  #take({ from, number, messages }: Parcel): void {
    const taken = this.#taken.get(from) ?? 0;
    if (this.#closed || number <= taken) return;
    this.#taken.set(from, number);
    if (number > taken + 1) {
      this.#options.log.warn("bus-hole", { otherInstanceId: from });
      this.#options.metrics.holes.inc();
      this.#guard(() => this.onHole(from));
    }
    for (const message of JSON.parse(messages)) {
      this.#guard(() => this.onMessage(message, from));
    }
  }

  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#options.log.error("bus-message-failed", { error });
    }
  }
}
