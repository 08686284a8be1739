import {
  CLOSE_CODES,
  type CloseReason,
  ProtocolError,
} from "../protocol/errors.ts";
import { MAX_FRAME_BYTES } from "../protocol/limits.ts";
import type { ClientMessage, ServerMessage } from "../protocol/messages.ts";
import {
  type NumberedSignal,
  readNumberedSignal,
} from "../protocol/numbered_signal.ts";
import { byteLength, parseClientMessage } from "../protocol/parse.ts";
import type { Log, LogFields } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { SendingRate } from "./sending_rate.ts";
import type { Limits } from "./settings.ts";

/** What a connection needs of its socket: a WebSocket, or a stand-in for one in a simulation. */
export interface Socket {
  /** Bytes that `send` took and the network has not. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What the connections of an instance have in common. */
export interface ConnectionParts {
  limits: Pick<Limits, "maxBufferedBytes">;
  log: Log;
  metrics: Metrics;
}

/** A client's message, as a connection hands it on. */
export type Incoming = ClientMessage | NumberedSignal;

/** Who takes a client's messages. */
export interface Listener {
  /** What it throws is told to the client, and ends nothing. */
  handle(message: Incoming): void;
}

/** Messages over the rate that are refused in a row before the connection is closed. */
const MAX_REFUSED = 400;

/** How often a connection wants to be {@linkcode Connection.look | looked at}, in milliseconds. */
export const LOOK_MS = 2_000;

/** After so many looks, 12 s, that find the network to have taken nothing of what waits, the next one closes the connection. */
const MAX_STUCK_LOOKS = 6;

/** How long to wait before connecting again, in milliseconds, for the reasons after which a client may. */
const RETRY_MS: Partial<Record<CloseReason, number>> = {
  "internal": 1_000,
  "moving": 0,
  "unavailable": 2_000,
  "slow-reader": 1_000,
  "rate-limited": 5_000,
};

/**
 * One client's connection: frames in, messages out. It parses, limits and guards, and knows nothing of rooms.
 *
 * An exception that escapes from a WebSocket's callback ends a Deno process and with it every call on it; so {@linkcode receive} and
 * {@linkcode lost} let none out, whatever comes in.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #rate: SendingRate;
  readonly #about: LogFields;
  #listener?: Listener;
  #refused = 0;
  /** Messages that came before there was somebody to take them. */
  #early?: Incoming[] = [];
  /** What waits at least if the network has taken nothing since the last look or message. */
  #waiting = 0;
  #stuckLooks = 0;
  #earlyLength = 0;
  #ended = false;
  #onEnded?: () => void;

  /**
   * @param rate of the member. It outlives the connection, so that who connects anew finds it as it was.
   * @param about what stands in each log line about it: whose connection it is.
   */
  constructor(
    socket: Socket,
    parts: ConnectionParts,
    rate: SendingRate,
    about: LogFields,
  ) {
    this.#socket = socket;
    this.#parts = parts;
    this.#rate = rate;
    this.#about = about;
    parts.metrics.connections++;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Calls `task` once, when the connection is over, whoever ended it; at once if it is. There is one such task. */
  whenEnded(task: () => void): void {
    if (this.#ended) task();
    else this.#onEnded = task;
  }

  /** Hands every message on from now on, in order: those first that came before. */
  begin(listener: Listener): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.#listener = listener;
    for (const message of early) this.#handle(message);
  }

  /** Takes a frame's data as it came from the socket. Never throws. */
  receive(data: unknown): void {
    if (this.#ended) return;
    try {
      if (typeof data !== "string") {
        throw new ProtocolError("bad-json", {
          message: "Frames are text; binary ones mean nothing here.",
        });
      }
      if (
        data.length > MAX_FRAME_BYTES ||
        (data.length * 3 > MAX_FRAME_BYTES &&
          byteLength(data) > MAX_FRAME_BYTES)
      ) {
        return this.bye("frame-too-large");
      }
      if (
        this.#early &&
        (this.#earlyLength += data.length) > this.#parts.limits.maxBufferedBytes
      ) {
        return this.bye("rate-limited");
      }
      const message = this.#parse(data);
      if (!message) return;
      this.#parts.metrics.messages.add(message.type);
      this.#handle(message);
    } catch (error) {
      this.refuse(error);
    }
  }

  #parse(frame: string): Incoming | undefined {
    // A character counts as a byte: a look at each would cost more than the rest of this.
    if (this.#rate.take(frame.length)) {
      this.#refused = 0;
      return readNumberedSignal(frame) ?? parseClientMessage(frame);
    }
    this.#parts.metrics.unheardMessages.inc();
    if (++this.#refused >= MAX_REFUSED) {
      return void this.bye("rate-limited");
    }
    // One answer in eight: a flood must not be answered with another.
    if (this.#refused % 8 === 1) {
      this.refuse(new ProtocolError("rate-limited", { retryAfter: 1_000 }));
    }
  }

  #handle(message: Incoming): void {
    if (this.#early) return void this.#early.push(message);
    if (this.#ended) return;
    try {
      this.#listener!.handle(message);
    } catch (error) {
      this.refuse(error, message);
    }
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  /** Sends a message that is JSON already: one that goes to many is made once. */
  sendText(text: string): void {
    if (this.#ended) return;
    const waiting = this.#socket.bufferedAmount;
    if (waiting > this.#parts.limits.maxBufferedBytes) {
      return this.#end("slow-reader");
    }
    if (waiting < this.#waiting) this.#stuckLooks = 0;
    this.#waiting = waiting + text.length;
    try {
      this.#socket.send(text);
    } catch {
      // The socket is closing: its end will be told.
    }
  }

  /**
   * Ends the connection if the client no longer takes what it is sent. Nothing else notices one that is gone without a word while something
   * waits: Deno's ping waits behind that.
   */
  look(): void {
    const waiting = this.#socket.bufferedAmount;
    const isStuck = waiting > 0 && waiting >= this.#waiting;
    this.#waiting = waiting;
    this.#stuckLooks = isStuck ? this.#stuckLooks + 1 : 0;
    if (this.#stuckLooks > MAX_STUCK_LOOKS) this.#end("slow-reader");
  }

  /** Tells the client that a message had no effect, and why. What is not a {@linkcode ProtocolError} is our defect: logged, not told. */
  refuse(error: unknown, message?: ClientMessage): void {
    const { log, metrics } = this.#parts;
    const known = error instanceof ProtocolError
      ? error
      : new ProtocolError("internal");
    if (known !== error) {
      log.error("message-failed", { ...this.#about, error });
    }
    metrics.refusedMessages.add(known.code);
    const re = message &&
      {
        type: message.type,
        ...("to" in message && { to: message.to }),
        ...("id" in message && { id: message.id }),
      };
    this.send({
      type: "error",
      code: known.code,
      message: known.message,
      ...(known.fields.length > 0 && { errors: [...known.fields] }),
      ...(re && { re }),
    });
  }

  /** Says why, and ends the connection. `retry`: milliseconds after which the client may connect again, if it may. */
  bye(
    reason: CloseReason,
    retry: number | null = RETRY_MS[reason] ?? null,
  ): void {
    this.send({ type: "bye", reason, retry });
    this.#end(reason);
  }

  /** Takes the news that the socket is closed or broken. May come twice, or never: Deno's close events do both. */
  lost(): void {
    this.#over("lost");
  }

  #over(reason: CloseReason | "lost"): void {
    if (this.#ended) return;
    this.#ended = true;
    const { log, metrics } = this.#parts;
    metrics.connections--;
    metrics.endedConnections.add(reason);
    log.info("connection-ended", { ...this.#about, reason });
    this.#onEnded?.();
  }

  #end(reason: CloseReason): void {
    if (this.#ended) return;
    try {
      this.#socket.close(CLOSE_CODES[reason], reason);
    } catch {
      // Closed already.
    }
    this.#over(reason);
  }
}
