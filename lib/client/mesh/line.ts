/** The line to one other person: how good it is, and what it is given to carry. */
import type { Clock } from "../../protocol/clock.ts";
import { Arrivals } from "./arrivals.ts";
import { LEVELS, type Shown } from "./bitrate_policy.ts";
import type { FrameChannel } from "./frame_channel.ts";
import { type Paused, Pictures } from "./pictures.ts";
import type { Quality } from "./quality.ts";
import { QualityWatcher } from "./quality_watcher.ts";
import { Sending, type SendingOptions } from "./sending.ts";
import type { PairRates, PairStats } from "./stats.ts";
import { afterLook, OPEN_LINE } from "./thin_line.ts";

export interface LineOptions extends SendingOptions {
  clock: Clock;
  channel: FrameChannel;
  /** Of the newest connection. */
  getStats(): Promise<RTCStatsReport>;
  /** The other side's description; undefined before there is one. */
  remoteSdp(): string | undefined;
  /** Whether nobody can see the page. */
  isHidden(): boolean;
  /** `quality` or `paused` has changed. */
  onChange(): void;
  /** The path looks well, and nothing of the other comes in. */
  onDeaf(): void;
}

export class Line {
  readonly #watcher: QualityWatcher;
  readonly #sending: Sending;
  readonly #pictures: Pictures;
  readonly #arrivals: Arrivals;
  #state = OPEN_LINE;

  constructor(options: LineOptions) {
    this.#sending = new Sending(options);
    this.#pictures = new Pictures({
      channel: options.channel,
      onShown: (shown) => this.#sending.setShown(shown),
      onPaused: options.onChange,
    });
    this.#arrivals = new Arrivals(options);
    this.#watcher = new QualityWatcher({
      ...options,
      isHidden: () => options.isHidden() && !this.#arrivals.isInDoubt,
      onLook: (stats, rates) => this.#looked(stats, rates),
    });
  }

  /** Null before the second look, and while there is no path. */
  get quality(): Quality | null {
    return this.#watcher.quality;
  }

  /** Of the other's pictures, which ones it has stopped sending here to keep its sound. */
  get paused(): Paused {
    return this.#pictures.paused;
  }

  /** What this page shows of the other member: the other is told, now and on every later connection. */
  show(shown: Shown): void {
    this.#pictures.show(shown);
  }

  /** How many people get this page's pictures, from 1. */
  setOthers(others: number): void {
    this.#sending.setOthers(others);
  }

  /** Whether there is a path. */
  setConnected(isConnected: boolean): void {
    this.#watcher.setConnected(isConnected);
    this.#sending.setConnected(isConnected);
    this.#arrivals.setConnected(isConnected);
    // The next path may be longer.
    if (!isConnected) this.#state = { ...this.#state, emptyMs: null };
  }

  /** To be called when a track is another. */
  apply(): void {
    this.#sending.apply();
  }

  close(): void {
    this.#watcher.close();
    this.#pictures.close();
    this.#arrivals.close();
  }

  #looked(stats: PairStats, rates: PairRates): void {
    this.#arrivals.looked(rates.hasArrived);
    this.#state = afterLook(this.#state, {
      lossPercent: rates.sendLossPercent,
      roundTripMs: stats.roundTripMs,
      availableKbps: stats.availableKbps,
      sends: this.#sending.sends,
    });
    const { level } = this.#state;
    // At every look: also what failed before, and a picture whose size has changed, come right by it.
    this.#sending.setLevel(level);
    const { camera, screen } = LEVELS[level];
    this.#pictures.pause({ camera: camera === 0, screen: screen === 0 });
  }
}
