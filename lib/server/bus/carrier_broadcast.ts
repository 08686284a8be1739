import { type Clock, SYSTEM_CLOCK } from "../../protocol/clock.ts";
import type { Carrier, Parcel } from "./carrier.ts";

/** What crosses the channel. */
type Frame =
  /** An instance has begun to listen; those that do answer `here`. */
  | { kind: "hello" | "here" | "bye"; from: string }
  | { kind: "parcel"; to: string; parcel: Parcel }
  | { kind: "taken"; from: string; to: string; number: number };

const CHANNEL = "ringdown.bus";
/** Waits for an acknowledgement; after each but the last the parcel is sent again: half a second in all. */
const ACK_WAITS_MS = [30, 70, 150, 250];

/**
 * The way between isolates of one process (`deno serve --parallel`), over BroadcastChannel (HTML Living Standard, 9.5). Deno's channel has
 * one ring of 256 slots for all names and silently loses what a slow receiver has not read, so every parcel is acknowledged, and sent
 * again until it is. Instances say that they are there, so that none is looked for in vain.
 */
export class BroadcastCarrier implements Carrier {
  readonly name = "broadcast";
  readonly #channel: BroadcastChannel;
  readonly #clock: Clock;
  readonly #present = new Set<string>();
  /** What waits to be acknowledged, by recipient: a line has one parcel under way. */
  readonly #waiting = new Map<
    string,
    { number: number; settle: (carried: boolean) => void }
  >();
  #instanceId = "";
  #onParcel: (parcel: Parcel) => void = () => {};

  constructor(options: { clock?: Clock; channel?: BroadcastChannel } = {}) {
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#channel = options.channel ?? new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = (event) => this.#receive(event.data as Frame);
  }

  open(instanceId: string, onParcel: (parcel: Parcel) => void): void {
    this.#instanceId = instanceId;
    this.#onParcel = onParcel;
    this.#post({ kind: "hello", from: instanceId });
  }

  reaches(instanceId: string): boolean {
    return this.#present.has(instanceId);
  }

  carry(to: string, parcel: Parcel): Promise<boolean> {
    return new Promise((resolve) => {
      let tries = 0;
      let callOff = () => {};
      const settle = (carried: boolean) => {
        callOff();
        this.#waiting.delete(to);
        resolve(carried);
      };
      const send = () => {
        const wait = ACK_WAITS_MS[tries++];
        if (wait === undefined) return settle(false);
        this.#post({ kind: "parcel", to, parcel });
        callOff = this.#clock.after(wait, send);
      };
      this.#waiting.set(to, { number: parcel.number, settle });
      send();
    });
  }

  close(): Promise<void> {
    this.#post({ kind: "bye", from: this.#instanceId });
    this.#channel.close();
    for (const { settle } of [...this.#waiting.values()]) settle(false);
    return Promise.resolve();
  }

  #receive(frame: Frame): void {
    const me = this.#instanceId;
    switch (frame.kind) {
      case "hello":
        this.#present.add(frame.from);
        if (me !== "") this.#post({ kind: "here", from: me });
        return;
      case "here":
        this.#present.add(frame.from);
        return;
      case "bye":
        this.#present.delete(frame.from);
        return;
      case "parcel": {
        if (frame.to !== me) return;
        const { from, number } = frame.parcel;
        this.#onParcel(frame.parcel);
        return this.#post({ kind: "taken", from: me, to: from, number });
      }
      case "taken": {
        const waiting = this.#waiting.get(frame.from);
        if (frame.to !== me || waiting?.number !== frame.number) return;
        return waiting.settle(true);
      }
    }
  }

  #post(frame: Frame): void {
    this.#channel.postMessage(frame);
  }
}
