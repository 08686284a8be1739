/** The STUN and TURN servers of a call, whose credentials are renewed before they run out. `docs/protocol.md` section 11. */
import type { Clock } from "../../protocol/clock.ts";
import type { IceAnswer } from "../api.ts";
import { RENEW } from "../transport/backoff.ts";

/** Of their life, after which credentials are renewed. */
const RENEWAL = 0.7;
/** Not sooner, whatever two clocks think of each other; and not more often when somebody asks. Milliseconds. */
const MIN_WAIT_MS = 30_000;
/** The longest wait that browsers' timers can count. */
const MAX_WAIT_MS = 2 ** 31 - 1;

export interface IceServersOptions {
  /** From joining. */
  answer: IceAnswer;
  clock: Clock;
  random: () => number;
  fetch(): Promise<IceAnswer>;
  /** `servers` are others, with fresh credentials. */
  onRenewed(): void;
}

export class IceServers {
  readonly #options: IceServersOptions;
  #answer: IceAnswer;
  #renewedAt: number;
  #failures = 0;
  #isRenewing = false;
  #isClosed = false;
  #cancel = () => {};

  constructor(options: IceServersOptions) {
    this.#options = options;
    this.#answer = options.answer;
    this.#renewedAt = options.clock.monotonic();
    this.#plan();
  }

  get servers(): RTCIceServer[] {
    return this.#answer.iceServers;
  }

  /** Fetches fresh credentials now, unless there are none, or fresh ones have just come. Without them all goes on as it was. */
  renew(): void {
    const age = this.#options.clock.monotonic() - this.#renewedAt;
    if (haveTurn(this.servers) && age >= MIN_WAIT_MS) this.#renew();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing || this.#isClosed) return;
    this.#isRenewing = true;
    this.#cancel();
    const { clock, random, fetch, onRenewed } = this.#options;
    const answer = await fetch().catch(() => null);
    this.#isRenewing = false;
    if (this.#isClosed) return;
    if (answer === null) {
      const wait = RENEW(this.#failures++, random);
      this.#cancel = clock.after(wait, () => this.#renew());
      return;
    }
    this.#failures = 0;
    this.#answer = answer;
    this.#renewedAt = clock.monotonic();
    this.#plan();
    onRenewed();
  }

  #plan(): void {
    const { iceExpiresAt } = this.#answer;
    if (iceExpiresAt === undefined) return;
    const { clock } = this.#options;
    const wait = RENEWAL * (iceExpiresAt - clock.now());
    this.#cancel = clock.after(
      Math.min(Math.max(wait, MIN_WAIT_MS), MAX_WAIT_MS),
      () => this.#renew(),
    );
  }
}

/** Whether any of them relays. */
export function haveTurn(servers: readonly RTCIceServer[] = []): boolean {
  const urls = servers.flatMap(({ urls }) => urls);
  return urls.some((url) => /^turns?:/.test(url));
}
