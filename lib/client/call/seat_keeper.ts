/** Keeps a seat in a room: takes it, takes it again whenever it was lost, and gives it back. `docs/protocol.md` sections 2 and 8. */
import { ProtocolError } from "../../protocol/errors.ts";
import type { JoinedRoom } from "../api.ts";
import { REJOIN } from "../transport/backoff.ts";
import type { CallState, EndReason } from "./call_view.ts";
import { type ClientError, NetworkError } from "../errors.ts";
import type { LinkState } from "../transport/link.ts";
import { wakeUps } from "./page_events.ts";
import type { Platform } from "../platform.ts";
import {
  finalReason,
  type SeatOptions,
  type SeatTokens,
  takeSeat,
} from "./seat.ts";
import { type Announcement, Session } from "../session/session.ts";
import { websocketTransport } from "../transport/websocket_transport.ts";

/** Seats taken in vain before a first joining counts as failed. */
const MAX_FIRST_SEATS = 3;

export interface SeatKeeperOptions {
  seat: SeatOptions;
  /** The keeper's own from now on. */
  tokens: SeatTokens;
  platform: Platform;
  /**
   * A seat was taken, the first or another. The session of an earlier one is closed; this one starts when the function has returned: what
   * has to hear of everything subscribes now.
   */
  onSeat(session: Session, joined: JoinedRoom): void;
  /** `state`, `token` or `hostToken` has changed. */
  onChange(): void;
  /** The state has become `ended` or `failed`. The session is still there, and closed after that. */
  onEnd(): void;
}

export class SeatKeeper {
  readonly #options: SeatKeeperOptions;
  readonly #announced = new Map<string, Announcement>();
  #state: CallState = { phase: "joining" };
  #startedAt: number | null = null;
  #session: Session | null = null;
  /** Counts beginnings and ends, so that an answer for what is over is known. */
  #life = 0;
  /** Seats taken, or tried to be taken, since the link was last open. */
  #seats = 0;
  /** Until a seat is taken again. */
  #cancelRejoin: (() => void) | null = null;
  #stopWaking = () => {};
  #settle = () => {};

  constructor(options: SeatKeeperOptions) {
    this.#options = options;
  }

  get state(): CallState {
    return this.#state;
  }

  /** The newest. */
  get token(): string | null {
    return this.#options.tokens.token;
  }

  /** Likewise; null when there was none, or it was refused. */
  get hostToken(): string | null {
    return this.#options.tokens.hostToken;
  }

  /** When the link was open for the first time, in milliseconds since 1970. */
  get startedAt(): number | null {
    return this.#startedAt;
  }

  /** Null while no seat is held. */
  get session(): Session | null {
    return this.#session;
  }

  /**
   * Takes a seat and connects. Resolves once live, failed or ended; see `state`. Only from the beginning, or after `failed`.
   *
   * @param joined the first seat, if it is taken already.
   */
  async start(joined?: JoinedRoom): Promise<void> {
    if (this.#life > 0 && this.#state.phase !== "failed") return;
    this.#life++;
    this.#seats = 0;
    const settled = new Promise<void>((resolve) => this.#settle = resolve);
    this.#stopWaking = wakeUps(
      this.#options.platform,
      () => this.#nudge(),
    );
    this.#join(joined);
    await settled;
  }

  /** Says it now and in every later seat. `thing`: what it replaces. */
  announce(thing: string, announcement: Announcement): void {
    this.#announced.set(thing, announcement);
    this.#session?.announce(announcement);
  }

  /** Gives the seat back and closes everything. Resolves within 1 s. */
  async leave(): Promise<void> {
    if (this.#state.phase === "ended") return;
    const life = ++this.#life;
    this.#cancelRejoin?.();
    await this.#session?.leave();
    if (life === this.#life) this.#end({ phase: "ended", reason: "left" });
  }

  async #join(joined?: JoinedRoom): Promise<void> {
    const life = this.#life;
    this.#cancelRejoin?.();
    this.#cancelRejoin = null;
    this.#linkBecame({ phase: "connecting" });
    this.#seats++;
    if (joined !== undefined) return this.#sit(joined);
    try {
      const { seat, tokens } = this.#options;
      const joined = await takeSeat(seat, tokens);
      if (life === this.#life) this.#sit(joined);
    } catch (error) {
      if (life === this.#life) this.#refused(error);
    }
  }

  #sit(joined: JoinedRoom): void {
    const { seat, platform, onSeat, onChange } = this.#options;
    this.#session?.close();
    const { token, memberId, peers } = joined;
    const session = new Session({
      ...platform,
      token,
      memberId,
      peers,
      openTransport: websocketTransport(seat.baseUrl, platform.WebSocket),
    });
    this.#session = session;
    onSeat(session, joined);
    session.subscribe((event) => {
      if (event.type === "state") this.#linkBecame(event.state);
      else if (event.type === "token") {
        this.#options.tokens.token = event.token;
        onChange();
      }
    });
    for (const message of this.#announced.values()) session.announce(message);
    onChange();
    session.start();
  }

  #linkBecame(state: LinkState): void {
    if (state.phase === "closed") return this.#lost(state.reason);
    if (state.phase === "open") {
      this.#seats = 0;
      this.#startedAt ??= this.#options.platform.clock.now();
    }
    const retryAt = state.phase === "waiting" && { retryAt: state.retryAt };
    const isConnected = state.phase === "open";
    const signaling = isConnected ? "connected" : "reconnecting";
    this.#state = this.#startedAt === null
      ? { phase: "joining", ...retryAt }
      : { phase: "live", signaling, ...retryAt };
    this.#options.onChange();
    if (isConnected) this.#settle();
  }

  /** The server has ended the link for good. */
  #lost(reason: EndReason): void {
    if (this.#state.phase === "ended") return;
    if (reason !== "token-invalid" && reason !== "seat-ended") {
      return this.#end({ phase: "ended", reason });
    }
    if (this.#startedAt === null && this.#seats >= MAX_FIRST_SEATS) {
      const error = new ProtocolError(reason);
      return this.#end({ phase: "failed", error });
    }
    // Media goes on until there is a new seat.
    this.#rejoin();
  }

  /** No seat was given. */
  #refused(error: unknown): void {
    const failure: ClientError =
      error instanceof ProtocolError || error instanceof NetworkError
        ? error
        : new NetworkError("bad-response", { cause: error });
    if (this.#startedAt === null) {
      return this.#end({ phase: "failed", error: failure });
    }
    const reason = finalReason(failure);
    if (reason !== undefined) return this.#end({ phase: "ended", reason });
    this.#rejoin(failure instanceof ProtocolError ? failure.retryAfter : 0);
  }

  /** Takes a seat again, after a while. */
  #rejoin(atLeast = 0): void {
    const { clock, random } = this.#options.platform;
    const wait = Math.max(atLeast, REJOIN(this.#seats, random));
    this.#cancelRejoin?.();
    this.#cancelRejoin = clock.after(wait, () => this.#join());
    this.#linkBecame({ phase: "waiting", retryAt: clock.now() + wait });
  }

  /** The network or the page has come back. */
  #nudge(): void {
    if (this.#cancelRejoin !== null) this.#join();
    else this.#session?.nudge();
  }

  #end(state: CallState): void {
    this.#life++;
    this.#cancelRejoin?.();
    this.#stopWaking();
    this.#state = state;
    this.#options.onChange();
    this.#options.onEnd();
    this.#session?.close();
    this.#session = null;
    this.#settle();
  }
}
