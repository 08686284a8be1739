/** One instance's way to the database, and all that can be wrong with it (measured on Deno's own client; the figures are its). */
import type { Timeline } from "../timeline.ts";

/** How often Deno's client tries again when it gets no answer: some four times a second, for ever, with no growth. */
const AGAIN_MS = 250;

/** What happens to single operations. The parts are of one. */
export interface LineFaults {
  /** There and back, in milliseconds. */
  latency: { min: number; max: number };
  /** The database has done it and the answer is lost: the client asks again without a word. */
  lostReplies: number;
  /** The answer takes seconds. */
  lateReplies: number;
  /** Nothing comes for long; in the end it is done late, or never. */
  hangs: number;
}

export const NO_LINE_FAULTS: LineFaults = {
  latency: { min: 1, max: 6 },
  lostReplies: 0,
  lateReplies: 0,
  hangs: 0,
};

/** What watches on a line are told of its state. */
export interface LineWatch {
  /** Its stream has ended: the client connects anew, later and later. */
  cut(): void;
  /** Its connection is dead, and nobody notices. */
  silence(): void;
  /** A 4xx answer: the stream is over for good. */
  fail(): void;
}

const LATE_MS = { min: 500, max: 6_000 };
const HANG_MS = { min: 5_000, max: 60_000 };

export class KvLine {
  readonly timeline: Timeline;
  readonly watches = new Set<LineWatch>();
  faults: LineFaults = NO_LINE_FAULTS;
  readonly #random: () => number;
  /** `down`: each try fails at once. `hung`: nothing answers. `dead`: the machine is gone. */
  #state: "up" | "down" | "hung" | "dead" = "up";
  /** Operations that wait for a server that hangs. */
  #waiting: ((goOn: boolean) => void)[] = [];

  constructor(timeline: Timeline, random: () => number) {
    this.timeline = timeline;
    this.#random = random;
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  /** 503, connection refused, or cut off: whatever is asked is done once this is over. */
  goDown(): void {
    if (this.isDead) return;
    this.#state = "down";
    this.cutWatches();
  }

  /** Connections are taken and never answered. Watches go silent. */
  hang(): void {
    if (this.isDead) return;
    this.#state = "hung";
    for (const watch of [...this.watches]) watch.silence();
  }

  /** Everything works again. Of what hung some is done now, late, and some never. */
  recover(): void {
    if (this.isDead) return;
    this.#state = "up";
    for (const goOn of this.#waiting.splice(0)) goOn(this.#random() < 0.5);
  }

  /** The machine is gone: nobody gets an answer. What is under way may yet be done, once. */
  kill(): void {
    this.#state = "dead";
    this.#waiting = [];
    for (const watch of [...this.watches]) watch.silence();
  }

  cutWatches(): void {
    for (const watch of [...this.watches]) watch.cut();
  }

  /** How long a way takes, in milliseconds. */
  latency(): number {
    return this.#between(this.faults.latency) / 2;
  }

  /** Has the database do something, and brings the answer: once, twice, late or never. */
  call<T>(operation: () => T): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#try(operation, resolve, reject)
    );
  }

  #try<T>(
    operation: () => T,
    resolve: (answer: T) => void,
    reject: (error: unknown) => void,
  ): void {
    const again = () =>
      this.#later(AGAIN_MS, () => this.#try(operation, resolve, reject));
    this.timeline.after(this.latency(), () => {
      // A request that was under way when its machine died arrives or does not.
      if (this.isDead) return void (this.#random() < 0.5 && operation());
      if (this.#state === "down") return again();
      if (this.#state === "hung") {
        this.#waiting.push((goOn) => goOn && again());
        return;
      }
      if (this.#chance(this.faults.hangs)) {
        const isDone = this.#random() < 0.7;
        return void this.timeline.after(
          this.#between(HANG_MS),
          () => isDone && again(),
        );
      }
      let answer: T;
      try {
        answer = operation();
      } catch (error) {
        return void this.#later(this.latency(), () => reject(error));
      }
      if (this.#chance(this.faults.lostReplies)) return again();
      const late = this.#chance(this.faults.lateReplies)
        ? this.#between(LATE_MS)
        : 0;
      this.#later(this.latency() + late, () => {
        if (this.#state === "up") resolve(answer);
        else if (this.#state === "down") again();
        else this.#waiting.push((goOn) => goOn && again());
      });
    });
  }

  #later(ms: number, task: () => void): void {
    this.timeline.after(ms, () => {
      if (!this.isDead) task();
    });
  }

  #chance(part: number): boolean {
    return part > 0 && this.#random() < part;
  }

  #between({ min, max }: { min: number; max: number }): number {
    return min + this.#random() * (max - min);
  }
}
