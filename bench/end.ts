/** One end of a pair that exchanges signals through a relay: a socket of npm's `ws`, which sends without delay. */
import { WebSocket } from "ws";
import { SIGNAL_ACK_DELAY_MS } from "../lib/protocol/limits.ts";

/** How a relay is spoken to by one end; values only, so that another thread can be told. */
export interface Dialect {
  url: string;
  protocols?: string[];
  /** What to say as soon as the socket is open. */
  greeting?: string;
  /** How the frame begins after which signals may be sent; none: the open socket is enough. */
  welcome?: string;
  /** How the frames begin that carry a signal. */
  signal: string;
  /** What a signal's frame holds before its number, where it has one, before its data, and after that. Numbers count an end's signals from 1. */
  frame: { number?: string; data: string; end: string };
  /** The frame that tells up to which number signals were taken, before that number and after it; none: nobody is told. */
  acknowledgement?: { number: string; end: string };
  /** What to say before the socket is closed; none: nothing. */
  farewell?: string;
}

/** Longer than any frame's beginning that tells what it is. */
const BEGINNING = 20;

/** What Engine.IO, which Socket.IO speaks, says and wants to hear to know that the other side lives. */
const [ENGINE_PING, ENGINE_PONG] = ["2", "3"];

export class End {
  readonly #socket: WebSocket;
  readonly #dialect: Dialect;
  #sent = 0;
  #taken = 0;
  #expected = 0;
  #onSignal = (_frame: { toString(): string }) => {};

  private constructor(socket: WebSocket, dialect: Dialect) {
    this.#socket = socket;
    this.#dialect = dialect;
  }

  /** Connects, and waits until signals may be sent. */
  static async open(dialect: Dialect): Promise<End> {
    const { url, protocols = [], greeting, welcome } = dialect;
    const socket = new WebSocket(url, protocols, { perMessageDeflate: false });
    const end = new End(socket, dialect);
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => {
        if (greeting !== undefined) socket.send(greeting);
        if (welcome === undefined) resolve();
      });
      socket.on("message", (frame: Uint8Array) => end.#hear(frame, resolve));
      socket.on("close", () => reject(new Error(`${url}: closed`)));
    });
    return end;
  }

  send(data: string): void {
    const { number, data: before, end } = this.#dialect.frame;
    const head = number === undefined
      ? before
      : `${number}${++this.#sent}${before}`;
    this.#socket.send(`${head}${data}${end}`);
  }

  /** Resolves when so many more signals have come; then they are acknowledged together, where that is the custom. */
  async take(count: number): Promise<void> {
    this.#expected += count;
    await new Promise<void>((resolve) => {
      this.#onSignal = () => {
        if (this.#taken >= this.#expected) resolve();
      };
      if (this.#taken >= this.#expected) resolve();
    });
    this.#acknowledge();
  }

  /** Calls back for each signal from now on, with its whole frame. They are acknowledged as by the client library: after a while, together. */
  listen(onSignal: (frame: { toString(): string }) => void): void {
    let acknowledgesSoon = false;
    this.#onSignal = (frame) => {
      if (!acknowledgesSoon) {
        acknowledgesSoon = true;
        setTimeout(() => {
          acknowledgesSoon = false;
          this.#acknowledge();
        }, SIGNAL_ACK_DELAY_MS);
      }
      onSignal(frame);
    };
  }

  /** Says good-bye; resolves when the socket is closed. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.on("close", resolve));
    const { farewell } = this.#dialect;
    if (farewell === undefined) this.#socket.close();
    else this.#socket.send(farewell);
    await closed;
  }

  #acknowledge(): void {
    const { acknowledgement } = this.#dialect;
    if (!acknowledgement) return;
    const { number, end } = acknowledgement;
    this.#socket.send(`${number}${this.#taken}${end}`);
  }

  #hear(frame: Uint8Array, ready: () => void): void {
    const beginning = String.fromCharCode(...frame.subarray(0, BEGINNING));
    if (beginning.startsWith(this.#dialect.signal)) {
      this.#taken++;
      this.#onSignal(frame);
    } else if (beginning === ENGINE_PING) this.#socket.send(ENGINE_PONG);
    else if (
      this.#dialect.welcome !== undefined &&
      beginning.startsWith(this.#dialect.welcome)
    ) ready();
  }
}
