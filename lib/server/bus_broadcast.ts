import { type Clock, SYSTEM_CLOCK } from "../protocol/clock.ts";
import type { Bus } from "./bus.ts";

/** What crosses the channel. `sender` is one bus object; `batch` counts its batches to one topic. */
type Frame =
  | {
    kind: "batch";
    sender: string;
    topic: string;
    batch: number;
    messages: unknown[];
  }
  | { kind: "ack"; sender: string; topic: string; batch: number };

/** A topic's messages that wait to be acknowledged, as this bus sends them: one batch at a time. */
interface Outgoing {
  batch: number;
  waiting: { message: unknown; done: (taken: boolean) => void }[];
  underWay?: {
    tries: number;
    done: ((taken: boolean) => void)[];
    messages: unknown[];
    callOff: () => void;
  };
}

const CHANNEL = "ringdown.bus";
/** Waits for an acknowledgement; then the batch is sent again, and after the last one given up: half a second in all. */
const ACK_WAITS_MS = [30, 70, 150, 250];
const MAX_BATCH = 256;

/**
 * The bus between isolates of one process (`deno serve --parallel`), over BroadcastChannel (HTML Living Standard, 9.5). Deno's channel has
 * one ring of 256 slots for all names and silently loses what a slow receiver has not read, so every batch is acknowledged, sent again
 * until it is, and delivered once: one batch per topic is under way, and what is published meanwhile makes the next.
 */
export class BroadcastBus implements Bus {
  readonly #channel: BroadcastChannel;
  readonly #clock: Clock;
  readonly #id = crypto.randomUUID();
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #subscribers = new Map<string, Set<(message: unknown) => void>>();
  /** The last batch taken, by topic and sender. */
  readonly #taken = new Map<string, number>();

  constructor(options: { clock?: Clock; channel?: BroadcastChannel } = {}) {
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#channel = options.channel ?? new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = (event) => this.#receive(event.data as Frame);
  }

  publish(topic: string, message: unknown): Promise<boolean> {
    const outgoing = this.#outgoing.get(topic) ?? { batch: 0, waiting: [] };
    this.#outgoing.set(topic, outgoing);
    return new Promise((done) => {
      outgoing.waiting.push({ message, done });
      if (!outgoing.underWay) this.#sendNext(topic, outgoing);
    });
  }

  subscribe(topic: string, onMessage: (message: unknown) => void): () => void {
    const subscribers = this.#subscribers.get(topic) ?? new Set();
    this.#subscribers.set(topic, subscribers.add(onMessage));
    return () => {
      subscribers.delete(onMessage);
      if (subscribers.size === 0) this.#subscribers.delete(topic);
    };
  }

  close(): void {
    this.#channel.close();
    this.#subscribers.clear();
    for (const { underWay, waiting } of this.#outgoing.values()) {
      underWay?.callOff();
      underWay?.done.forEach((done) => done(false));
      waiting.forEach(({ done }) => done(false));
    }
    this.#outgoing.clear();
  }

  #sendNext(topic: string, outgoing: Outgoing): void {
    const next = outgoing.waiting.splice(0, MAX_BATCH);
    if (next.length === 0) {
      // The count must not begin again while a receiver remembers it: idle topics keep theirs.
      outgoing.underWay = undefined;
      return;
    }
    outgoing.batch++;
    outgoing.underWay = {
      tries: 0,
      done: next.map(({ done }) => done),
      messages: next.map(({ message }) => message),
      callOff: () => {},
    };
    this.#send(topic, outgoing);
  }

  #send(topic: string, outgoing: Outgoing): void {
    const { underWay, batch } = outgoing;
    if (!underWay) return;
    const wait = ACK_WAITS_MS[underWay.tries++];
    if (wait === undefined) return this.#settle(topic, outgoing, false);
    this.#post({
      kind: "batch",
      sender: this.#id,
      topic,
      batch,
      messages: underWay.messages,
    });
    underWay.callOff = this.#clock.after(
      wait,
      () => this.#send(topic, outgoing),
    );
  }

  #settle(topic: string, outgoing: Outgoing, taken: boolean): void {
    outgoing.underWay?.callOff();
    outgoing.underWay?.done.forEach((done) => done(taken));
    this.#sendNext(topic, outgoing);
  }

  #receive(frame: Frame): void {
    if (frame.kind === "ack") {
      const outgoing = this.#outgoing.get(frame.topic);
      if (
        frame.sender === this.#id && outgoing?.batch === frame.batch &&
        outgoing.underWay
      ) {
        this.#settle(frame.topic, outgoing, true);
      }
      return;
    }
    const subscribers = this.#subscribers.get(frame.topic);
    if (!subscribers) return;
    const { sender, topic, batch } = frame;
    this.#post({ kind: "ack", sender, topic, batch });
    const from = `${topic} ${sender}`;
    if (batch <= (this.#taken.get(from) ?? 0)) return;
    this.#taken.set(from, batch);
    for (const message of frame.messages) {
      for (const subscriber of subscribers) subscriber(message);
    }
  }

  #post(frame: Frame): void {
    this.#channel.postMessage(frame);
  }
}
