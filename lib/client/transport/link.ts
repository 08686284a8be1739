/** The link to the server: one transport at a time, replaced whenever it is lost. `docs/protocol.md` sections 7 and 8. */
import type { Clock } from "../../protocol/clock.ts";
import {
  CLOSE_CODES,
  closeReason,
  mayReconnect,
} from "../../protocol/errors.ts";
import type { ClientMessage, ServerMessage } from "../../protocol/messages.ts";
import { parseServerMessage } from "../../protocol/parse.ts";
import { type Backoff, RECONNECT } from "./backoff.ts";
import type { EndReason } from "../call/call_view.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { OpenTransport, Transport } from "./transport.ts";

/** From the start of an attempt to its `welcome`, at most, in milliseconds. */
const WELCOME_TIMEOUT_MS = 10_000;
/** A link that has lasted so long was a good one: the next attempt is made at once. */
const LASTING_MS = 10_000;
/** What a server asks to wait is not waited beyond this. */
const MAX_RETRY_MS = 60_000;
/** Over how long the clients of an instance that is going spread their return, so that the others can take them in. */
const MOVING_SPREAD_MS = 1_500;
/** An attempt older than this may have begun on a network that is gone. */
const STALE_ATTEMPT_MS = 2_000;

/** How the link to the server is now. */
export type LinkState =
  | { phase: "connecting" }
  /** Welcomed. */
  | { phase: "open" }
  /** `retryAt`: when the next attempt is made, in milliseconds since 1970. */
  | { phase: "waiting"; retryAt: number }
  /** For good. */
  | { phase: "closed"; reason: EndReason };

export interface LinkOptions {
  token: string;
  openTransport: OpenTransport;
  clock: Clock;
  random: () => number;
  backoff?: Backoff;
  /** The socket of a new incarnation is open: messages can be sent already, before the `welcome`. */
  onFresh(): void;
  /** A message has come, after `state` was brought up to date. `fresh`: on `welcome`, whether a new incarnation was asked for. */
  onMessage(message: ServerMessage, fresh: boolean): void;
  onState(state: LinkState): void;
}

/** One transport, from its opening on. */
interface Attempt {
  transport: Transport;
  fresh: boolean;
  startedAt: number;
  isOpen: boolean;
  cancelTimeout: () => void;
  welcomedAt: number;
  /** From the welcome on. */
  heartbeat: Heartbeat | null;
}

export class Link {
  /** The newest token. */
  token: string;
  readonly #options: LinkOptions;
  #state: LinkState = { phase: "connecting" };
  #incarnation: number | undefined;
  /** Welcomed and in use. */
  #current: Attempt | null = null;
  /** On its way to replace it. */
  #next: Attempt | null = null;
  #attempts = 0;
  #cancelWait: (() => void) | null = null;
  #retryAt = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.token = options.token;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Opens the link. It stays so by itself until `close`, or until the server ends it for good. */
  start(): void {
    this.#connect();
  }

  /** Sends a message, or drops it while there is no way: what must arrive is numbered, or announced again. */
  send(message: ClientMessage): void {
    const way = this.#current ??
      (this.#next?.fresh && this.#next.isOpen ? this.#next : null);
    way?.transport.send(JSON.stringify(message));
  }

  /** The network or the page has come back: doubts what is open, tries at once what waits. */
  nudge(): void {
    if (this.#current !== null) this.probe();
    const { clock } = this.#options;
    if (this.#cancelWait !== null) this.#connect();
    else if (
      this.#next !== null &&
      clock.monotonic() - this.#next.startedAt > STALE_ATTEMPT_MS
    ) {
      this.#abandon(this.#next);
      this.#connect();
    }
  }

  /** Asks the server for a sign of life. Without one in 5 s the transport counts as lost. */
  probe(): void {
    this.#current?.heartbeat?.probe();
  }

  /** Ends it. Nothing is told any more but the state `closed`. */
  close(reason: EndReason = "left"): void {
    if (this.#state.phase === "closed") return;
    this.#cancelWait?.();
    this.#cancelWait = null;
    if (this.#current !== null) this.#abandon(this.#current);
    if (this.#next !== null) this.#abandon(this.#next);
    this.#become({ phase: "closed", reason });
  }

  #connect(): void {
    if (this.#state.phase === "closed" || this.#next !== null) return;
    this.#cancelWait?.();
    this.#cancelWait = null;
    this.#attempts++;
    const { clock, openTransport } = this.#options;
    const now = clock.monotonic();
    const attempt: Attempt = {
      transport: undefined!, // in the next statement: its handler needs the attempt
      fresh: this.#incarnation === undefined,
      startedAt: now,
      isOpen: false,
      cancelTimeout: clock.after(
        WELCOME_TIMEOUT_MS,
        () => this.#ended(attempt, 1006),
      ),
      welcomedAt: now,
      heartbeat: null,
    };
    this.#next = attempt;
    attempt.transport = openTransport(
      { token: this.token, incarnation: this.#incarnation },
      {
        opened: () => {
          if (attempt !== this.#next) return;
          attempt.isOpen = true;
          if (attempt.fresh) this.#options.onFresh();
        },
        received: (frame) => this.#received(attempt, frame),
        closed: (code) => this.#ended(attempt, code),
      },
    );
    if (this.#current === null) this.#become({ phase: "connecting" });
  }

  #received(attempt: Attempt, frame: string): void {
    if (attempt !== this.#current && attempt !== this.#next) return;
    attempt.heartbeat?.heard();
    let message: ServerMessage;
    try {
      message = parseServerMessage(frame);
    } catch {
      return; // Of a type that a later server knows, or nonsense: nothing to go by.
    }
    switch (message.type) {
      case "welcome":
        if (attempt !== this.#next) return;
        this.#welcomed(attempt, message.you.incarnation);
        break;
      case "moving":
        if (attempt !== this.#current) return;
        this.#attempts = 0;
        this.#connectIn(MOVING_SPREAD_MS * this.#options.random());
        break;
      case "pong":
        attempt.heartbeat?.answered();
        break;
      case "token":
        this.token = message.token;
        break;
      case "bye":
        return this.#ended(attempt, byeCode(message), message.retry);
    }
    // Before its welcome an attempt has nothing to say to the session.
    if (attempt === this.#current) {
      this.#options.onMessage(message, attempt.fresh);
    }
  }

  #welcomed(attempt: Attempt, incarnation: number): void {
    if (this.#current !== null) this.#abandon(this.#current);
    const { clock } = this.#options;
    attempt.cancelTimeout();
    attempt.welcomedAt = clock.monotonic();
    attempt.heartbeat = new Heartbeat({
      clock,
      ping: () => this.send({ type: "ping" }),
      onDead: () => this.#ended(attempt, 1006),
    });
    this.#incarnation = incarnation;
    this.#current = attempt;
    this.#next = null;
    this.#become({ phase: "open" });
  }

  /** A transport has ended, or counts as lost. `retry`: what the server's `bye` says. */
  #ended(attempt: Attempt, code: number, retry: number | null = 0): void {
    if (attempt !== this.#current && attempt !== this.#next) return;
    const { clock, random, backoff = RECONNECT } = this.#options;
    if (
      attempt === this.#current &&
      clock.monotonic() - attempt.welcomedAt >= LASTING_MS
    ) {
      this.#attempts = 0;
    }
    this.#abandon(attempt);
    // Whatever ended the old transport, the one on its way will learn.
    if (this.#next !== null) return this.#become({ phase: "connecting" });
    if (!mayReconnect(code)) return this.close(closeReason(code) ?? "unknown");
    const asked = Math.min(retry ?? 0, MAX_RETRY_MS);
    this.#connectIn(Math.max(asked, backoff(this.#attempts, random)));
    if (this.#current === null) {
      this.#become({ phase: "waiting", retryAt: this.#retryAt });
    }
  }

  /** Makes the next attempt after `wait` milliseconds, unless one is under way or waits already. */
  #connectIn(wait: number): void {
    if (this.#next !== null || this.#cancelWait !== null) return;
    const { clock } = this.#options;
    this.#retryAt = clock.now() + wait;
    this.#cancelWait = clock.after(wait, () => this.#connect());
  }

  #abandon(attempt: Attempt): void {
    attempt.cancelTimeout();
    attempt.heartbeat?.close();
    attempt.transport.close();
    if (attempt === this.#current) this.#current = null;
    if (attempt === this.#next) this.#next = null;
  }

  #become(state: LinkState): void {
    if (state.phase === this.#state.phase && state.phase !== "waiting") return;
    this.#state = state;
    this.#options.onState(state);
  }
}

/** The close code that follows a `bye`. Of a reason unknown to us only `retry` is known: null means not to come back. */
function byeCode(bye: { reason: string; retry: number | null }): number {
  if (Object.hasOwn(CLOSE_CODES, bye.reason)) {
    return CLOSE_CODES[bye.reason as keyof typeof CLOSE_CODES];
  }
  return bye.retry === null ? 4499 : 4599;
}
