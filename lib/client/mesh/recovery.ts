/** When to help a pair's connection: the recovery ladder. It decides; others act. */
import type { Clock } from "../../protocol/clock.ts";
import { REBUILD } from "../transport/backoff.ts";
import type { Participant } from "../call/call_view.ts";

/** A loss often mends by itself within this. Browsers report one after 6 to 8 s. */
const RESTART_AFTER_MS = 1_500;
/** After an ICE restart. */
const REFRESH_AFTER_MS = 4_000;
/** Likewise. */
const REBUILD_AFTER_MS = 10_000;
/** From both descriptions to a connection, at most. */
const CONNECT_TIMEOUT_MS = 15_000;
/** How long a resident waits for the newcomer's offer before it makes its own. */
const OFFER_TIMEOUT_MS = 10_000;
/** And then for the answer. */
const ANSWER_TIMEOUT_MS = 15_000;

export interface RecoveryOptions {
  clock: Clock;
  random: () => number;
  /** No offer has come: make one, unless that was done. */
  offer(): void;
  /** Restart ICE (RFC 8445, 9). */
  restart(): void;
  /** See that TURN credentials are fresh: perhaps they are what fails. */
  refresh(): void;
  /** Build a new connection. After `failed` Firefox mends none in place. `relayOnly`: by TURN servers alone. */
  rebuild(relayOnly: boolean): void;
  /** Whether there are TURN servers. */
  mayRelay(): boolean;
  onState(state: Participant["connection"]): void;
}

/** `negotiating` and `connecting`: a new connection, without and with both descriptions. `lost`: it was connected. */
type Phase = "negotiating" | "connecting" | "connected" | "lost" | "failed";

export class Recovery {
  readonly #options: RecoveryOptions;
  #phase: Phase = "negotiating";
  #state: Participant["connection"] = "connecting";
  #isReachable = false;
  #isClosed = false;
  #wasConnected = false;
  /** Connections built since the last one that worked, after the first. */
  #rebuilds = 0;
  #lostAt = 0;
  #restarted = false;
  #cancel = () => {};

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  get state(): Participant["connection"] {
    return this.#state;
  }

  /** Whether signals reach the other just now. While they do not, nothing can be mended, and no time counts. */
  setReachable(isReachable: boolean): void {
    if (isReachable === this.#isReachable) return;
    this.#isReachable = isReachable;
    // What was offered from a network that is gone may have no candidates.
    this.#restarted = false;
    this.#plan();
  }

  /** A new connection was built, by whichever side. */
  built(): void {
    this.#rebuilds++;
    this.#enter("negotiating");
  }

  /** Both descriptions are set. */
  negotiated(): void {
    if (this.#phase === "negotiating") this.#enter("connecting");
  }

  /** The connection's own state has changed. */
  became(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      this.#wasConnected = true;
      this.#rebuilds = 0;
      this.#enter("connected");
    } else if (state === "failed") {
      this.#enter("failed");
    } else if (this.#phase === "connected") {
      this.#lostAt = this.#options.clock.monotonic();
      this.#restarted = false;
      this.#enter("lost");
    }
  }

  /** Does nothing more. */
  close(): void {
    this.#cancel();
    this.#isClosed = true;
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#plan();
    const state = this.#describe();
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }

  /** The one next thing to do, and when. */
  #plan(): void {
    this.#cancel();
    this.#cancel = () => {};
    if (!this.#isReachable || this.#isClosed) return;
    const { clock, random, offer, restart, refresh } = this.#options;
    const rebuild = () => this.#rebuild();
    switch (this.#phase) {
      case "negotiating":
        return this.#after(OFFER_TIMEOUT_MS, () => {
          offer();
          // Unless that helps, signals are lost for good.
          this.#after(ANSWER_TIMEOUT_MS, rebuild);
        });
      case "connecting":
        return this.#after(CONNECT_TIMEOUT_MS, rebuild);
      case "connected":
        return;
      case "lost": {
        if (this.#restarted) {
          return this.#after(REFRESH_AFTER_MS, () => {
            refresh();
            this.#after(REBUILD_AFTER_MS - REFRESH_AFTER_MS, rebuild);
          });
        }
        const lostFor = clock.monotonic() - this.#lostAt;
        return this.#after(Math.max(0, RESTART_AFTER_MS - lostFor), () => {
          this.#restarted = true;
          restart();
          this.#plan();
        });
      }
      case "failed":
        refresh();
        return this.#after(REBUILD(this.#rebuilds, random), rebuild);
    }
  }

  /** Every second attempt goes by relays alone: a direct path that looks well may carry nothing. */
  #rebuild(): void {
    const { rebuild, mayRelay } = this.#options;
    rebuild(this.#rebuilds % 2 === 1 && mayRelay());
  }

  #after(ms: number, task: () => void): void {
    this.#cancel = this.#options.clock.after(ms, task);
  }

  #describe(): Participant["connection"] {
    if (this.#phase === "connected") return "connected";
    const tries = this.#rebuilds + (this.#phase === "failed" ? 1 : 0);
    if (tries > (this.#wasConnected ? 1 : 0)) return "failed";
    return this.#wasConnected ? "reconnecting" : "connecting";
  }
}
