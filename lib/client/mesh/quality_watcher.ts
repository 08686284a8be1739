/** Looks at one peer connection again and again, and tells how good its path is. */
import type { Clock } from "../../protocol/clock.ts";
import { describeQuality, type Quality } from "./quality.ts";
import {
  type PairRates,
  type PairStats,
  ratesBetween,
  readStats,
} from "./stats.ts";

const LOOK_EVERY_MS = 2_000;
/** While the page is hidden nobody sees it; the pictures must still make way for the sound. */
const HIDDEN_LOOK_EVERY_MS = 10_000;
/** What is shown spans so many looks, so that it does not flicker. */
const SPAN = 3;

export interface QualityWatcherOptions {
  clock: Clock;
  /** Of the connection there is now: after a rebuild, of the new one. */
  getStats(): Promise<RTCStatsReport>;
  /** The other side's description: tells a direct path from one through a NAT in every browser. */
  remoteSdp?(): string | undefined;
  /** Whether nobody can see the page. */
  isHidden?(): boolean;
  /** `quality` has changed. */
  onChange(): void;
  /** After every look but a connection's first: what was seen, and what happened since the look before. */
  onLook?(stats: PairStats, rates: PairRates): void;
}

export class QualityWatcher {
  readonly #options: QualityWatcherOptions;
  #quality: Quality | null = null;
  /** The last looks, the oldest first. */
  #looks: PairStats[] = [];
  /** Null while it does not watch. */
  #cancel: (() => void) | null = null;

  constructor(options: QualityWatcherOptions) {
    this.#options = options;
  }

  /** Null before the second look, and while it does not watch. The same object while nothing of it has changed. */
  get quality(): Quality | null {
    return this.#quality;
  }

  /** Watches while there is a path; forgets what it saw when there is none. */
  setConnected(isConnected: boolean): void {
    if (isConnected === (this.#cancel !== null)) return;
    // The first moments tell of filling buffers, not of the path: nothing is taken from them.
    if (isConnected) return this.#plan(LOOK_EVERY_MS);
    this.close();
    this.#show(null);
  }

  /** Looks no more. Nothing more is told. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#looks = [];
  }

  #plan(wait: number): void {
    const cancel = this.#options.clock.after(wait, () => this.#look(cancel));
    this.#cancel = cancel;
  }

  /** `turn`: stands for the watch that this look belongs to. */
  async #look(turn: () => void): Promise<void> {
    const { clock, getStats, remoteSdp, isHidden } = this.#options;
    // A connection that was closed just now has nothing to tell.
    const report = await getStats().catch(() => null);
    if (this.#cancel !== turn) return;
    if (report !== null) {
      this.#saw(readStats(report, clock.monotonic(), remoteSdp?.()));
    }
    // What was seen may have ended the watch.
    if (this.#cancel !== turn) return;
    this.#plan(isHidden?.() ? HIDDEN_LOOK_EVERY_MS : LOOK_EVERY_MS);
  }

  #saw(stats: PairStats): void {
    const before = this.#looks.at(-1);
    const rates = before === undefined ? null : ratesBetween(before, stats);
    // Counted anew: what was seen before is of another connection.
    this.#looks = rates === null ? [] : this.#looks.slice(-SPAN);
    this.#looks.push(stats);
    if (rates === null) return;
    const inSpan = ratesBetween(this.#looks[0], stats);
    if (inSpan !== null) this.#show(describeQuality(stats, inSpan));
    this.#options.onLook?.(stats, rates);
  }

  #show(quality: Quality | null): void {
    if (isSame(quality, this.#quality)) return;
    this.#quality = quality;
    this.#options.onChange();
  }
}

function isSame(a: Quality | null, b: Quality | null): boolean {
  if (a === null || b === null) return a === b;
  return (Object.keys(a) as (keyof Quality)[]).every((key) =>
    a[key] === b[key]
  );
}
