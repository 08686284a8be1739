/** The signals between this page and one incarnation of another member. `docs/protocol.md` section 6. */
import type { Clock } from "../../protocol/clock.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import {
  MAX_SIGNAL_BYTES,
  SIGNAL_ACK_DELAY_MS,
} from "../../protocol/limits.ts";
import type { ClientMessage } from "../../protocol/messages.ts";
import { byteLength } from "../../protocol/parse.ts";
import { Inbox } from "./inbox.ts";
import { type Numbered, type OnSettled, Outbox } from "./outbox.ts";
import type { PairFrame } from "./pair_frame.ts";

export interface PairOptions {
  memberId: string;
  /** The other's. A pair ends with either incarnation. */
  incarnation: number;
  clock: Clock;
  /** Sends by the server. */
  send(message: ClientMessage): void;
  deliver(data: unknown): void;
  onGap(): void;
  /** From now on signals go over the direct path alone. */
  onDirect(): void;
  /** Nothing was acknowledged for `waited` milliseconds. */
  onStall(waited: number): void;
}

/** Such as the pair's own data channel, while it is open. */
export interface DirectPath {
  send(frame: PairFrame): void;
}

/**
 * Numbers do not depend on the path, so that each signal may take either, or both. It goes over the direct path alone while there is one
 * that has proven itself: something has come over it since it opened, and nothing was waited for in vain.
 */
export class Pair {
  readonly incarnation: number;
  readonly #options: PairOptions;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  #serverIsOpen = false;
  #direct: DirectPath | null = null;
  #directIsProven = false;
  /** How the last signal came: its acknowledgement goes back the same way. */
  #cameDirectly = false;

  constructor(options: PairOptions) {
    this.#options = options;
    this.incarnation = options.incarnation;
    const { clock, deliver, onGap, onStall } = options;
    this.#outbox = new Outbox({
      clock,
      transmit: (message, isAgain) => this.#transmit(message, isAgain),
      onResend: (waited) => {
        this.#directIsProven = false;
        onStall(waited);
      },
    });
    this.#inbox = new Inbox({
      clock,
      deliver,
      onGap,
      acknowledge: (id) => this.#acknowledge(id),
      // Only by the server acknowledgements cost anything; and the timers of a hidden page are so late that the sender would try the server.
      ackDelayMs: () => this.#answersDirectly ? 0 : SIGNAL_ACK_DELAY_MS,
    });
  }

  /** Whether there is a direct path. */
  get isDirect(): boolean {
    return this.#direct !== null;
  }

  /** @throws {ProtocolError} `signal-too-large`: it would be refused again and again. */
  send(data: unknown, onSettled?: OnSettled): void {
    if (byteLength(JSON.stringify(data)) > MAX_SIGNAL_BYTES) {
      throw new ProtocolError("signal-too-large");
    }
    this.#outbox.push(data, onSettled);
  }

  /** A signal from the other, by the server. One without a number is delivered as it comes. */
  receive(signal: { id?: number; base?: number; data: unknown }): void {
    const { id } = signal;
    if (id === undefined) return this.#options.deliver(signal.data);
    this.#cameDirectly = false;
    this.#inbox.receive({ ...signal, id });
  }

  /** The other has everything up to there, says the server. */
  acknowledge(id: number): void {
    this.#outbox.acknowledge(id);
  }

  /** Something that came over the direct path. */
  receiveFrame(frame: PairFrame): void {
    if (!this.#directIsProven) {
      this.#directIsProven = true;
      if (this.#direct !== null) this.#options.onDirect();
    }
    if (frame.type === "signal-ack") return this.#outbox.acknowledge(frame.id);
    this.#cameDirectly = true;
    this.#inbox.receive(frame);
  }

  /** There is a way to the other by the server, perhaps a new one: sends again what is unacknowledged. */
  open(): void {
    this.#serverIsOpen = true;
    this.#outbox.open();
  }

  /** There is none by the server. */
  suspend(): void {
    this.#serverIsOpen = false;
    if (this.#direct === null) this.#outbox.suspend();
  }

  /** The direct path from now on; null: there is none. */
  setDirect(direct: DirectPath | null): void {
    if (direct === this.#direct) return;
    this.#direct = direct;
    if (direct !== null) {
      // Proves the path to the other.
      direct.send({ type: "signal-ack", id: this.#inbox.last });
      if (!this.#serverIsOpen) this.#outbox.open();
      if (this.#directIsProven) this.#options.onDirect();
      return;
    }
    this.#directIsProven = false;
    // What went over it may be lost.
    if (this.#serverIsOpen) this.#outbox.open();
    else this.#outbox.suspend();
  }

  close(): void {
    this.#outbox.suspend();
    this.#inbox.close();
  }

  #transmit(message: Numbered, isAgain: boolean): void {
    this.#direct?.send({ type: "signal", ...message });
    const isEnough = this.#direct !== null && this.#directIsProven && !isAgain;
    if (isEnough || !this.#serverIsOpen) return;
    const { memberId: to, incarnation: toIncarnation, send } = this.#options;
    send({ type: "signal", to, toIncarnation, ...message });
  }

  get #answersDirectly(): boolean {
    return this.#cameDirectly && this.#direct !== null;
  }

  #acknowledge(id: number): void {
    if (this.#answersDirectly) {
      return this.#direct!.send({ type: "signal-ack", id });
    }
    const { memberId: to, incarnation: toIncarnation, send } = this.#options;
    send({ type: "ack", to, toIncarnation, id });
  }
}
