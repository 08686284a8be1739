/** The signals between this page and one incarnation of another member. `docs/protocol.md` section 6. */
import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { MAX_SIGNAL_BYTES } from "../protocol/limits.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import { byteLength } from "../protocol/parse.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";

export interface PairOptions {
  memberId: string;
  /** The other's. A pair ends with either incarnation. */
  incarnation: number;
  clock: Clock;
  send(message: ClientMessage): void;
  deliver(data: unknown): void;
  onGap(): void;
  /** Nothing was acknowledged for `waited` milliseconds. */
  onStall(waited: number): void;
}

export class Pair {
  readonly incarnation: number;
  readonly #options: PairOptions;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;

  constructor(options: PairOptions) {
    const { memberId: to, incarnation: toIncarnation, clock, send } = options;
    this.#options = options;
    this.incarnation = toIncarnation;
    this.#outbox = new Outbox({
      clock,
      transmit: (message) =>
        send({ type: "signal", to, toIncarnation, ...message }),
      onResend: options.onStall,
    });
    this.#inbox = new Inbox({
      clock,
      deliver: options.deliver,
      onGap: options.onGap,
      acknowledge: (id) => send({ type: "ack", to, toIncarnation, id }),
    });
  }

  /** @throws {ProtocolError} `signal-too-large`: it would be refused again and again. */
  send(data: unknown): void {
    if (byteLength(JSON.stringify(data)) > MAX_SIGNAL_BYTES) {
      throw new ProtocolError("signal-too-large");
    }
    this.#outbox.push(data);
  }

  /** A signal from the other. One without a number is delivered as it comes. */
  receive(signal: { id?: number; base?: number; data: unknown }): void {
    const { id } = signal;
    if (id === undefined) this.#options.deliver(signal.data);
    else this.#inbox.receive({ ...signal, id });
  }

  acknowledge(id: number): void {
    this.#outbox.acknowledge(id);
  }

  /** There is a way to the other, perhaps a new one: sends again what is unacknowledged. */
  open(): void {
    this.#outbox.open();
  }

  /** There is no way. */
  suspend(): void {
    this.#outbox.suspend();
  }

  close(): void {
    this.#outbox.suspend();
    this.#inbox.close();
  }
}
