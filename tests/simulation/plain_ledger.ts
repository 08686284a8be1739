/** What is known of clients that neither number nor acknowledge: what they get is in order, once, and each loss is followed by a gap. */
import type { Life, Violate } from "./ledger.ts";

/** What one connection of a plain client sends: as long as it lives, all of it reaches its machine. */
export interface Stream {
  id: number;
  by: Life;
  /** How many were sent to each life of each other member. */
  counts: Map<string, number>;
}

/** Which life of which member. */
export const lifeOf = (memberId: string, incarnation: number) =>
  `${memberId} ${incarnation}`;

/** What a plain signal holds: its number for each life that it is meant for. */
export interface PlainMark {
  stream: number;
  numbers: Record<string, number>;
}

interface Heard {
  last: number;
  /** Up to here a loss has been announced. */
  excused: number;
  /** Something was missed and no gap has followed yet: up to here. */
  missed: number;
}

/** What one life of a plain client's page has heard. */
export class PlainEar {
  readonly me: string;
  readonly life: Life;
  readonly heard = new Map<number, Heard>();

  constructor(life: Life, incarnation: number) {
    this.life = life;
    this.me = lifeOf(life.memberId, incarnation);
  }
}

export class PlainLedger {
  sent = 0;
  arrived = 0;
  gaps = 0;
  missed = 0;
  readonly #violate: Violate;
  readonly #streams: Stream[] = [];

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  begin(by: Life): Stream {
    const stream = { id: this.#streams.length, by, counts: new Map() };
    this.#streams.push(stream);
    return stream;
  }

  /** The next signal of a stream to some lives. */
  mark(stream: Stream, to: readonly string[]): PlainMark {
    const numbers: Record<string, number> = {};
    for (const life of to) {
      const number = (stream.counts.get(life) ?? 0) + 1;
      stream.counts.set(life, number);
      numbers[life] = number;
    }
    this.sent += to.length;
    return { stream: stream.id, numbers };
  }

  take(ear: PlainEar, from: string, { stream: id, numbers }: PlainMark): void {
    const stream = this.#streams[id];
    if (stream.by.memberId !== from || stream.by.roomId !== ear.life.roomId) {
      return this.#violate("misdelivered", `plain: ${from} to ${ear.me}`);
    }
    const number = numbers[ear.me];
    // Meant for another life of this member: the sender did not know better.
    if (number === undefined) return;
    this.arrived++;
    const heard = this.#heardOf(ear, id);
    const { last } = heard;
    if (number <= last) {
      return this.#violate(
        "doubled",
        `plain: ${from} to ${ear.me}, ${number} after ${last}`,
      );
    }
    heard.last = number;
    if (number === last + 1) return;
    this.missed += number - last - 1;
    if (number - 1 > heard.excused) heard.missed = number - 1;
  }

  /** Something may have been lost; of one member, or of any. */
  gap(ear: PlainEar, from: string | undefined): void {
    this.gaps++;
    for (const stream of this.#streams) {
      if (stream.by.roomId !== ear.life.roomId) continue;
      if (from !== undefined && stream.by.memberId !== from) continue;
      const heard = this.#heardOf(ear, stream.id);
      heard.excused = stream.counts.get(ear.me) ?? 0;
      heard.missed = 0;
    }
  }

  /** What a stream that still flows has sent must have been heard, or its loss announced. */
  settle(stream: Stream, ear: PlainEar): void {
    const { last, excused } = this.#heardOf(ear, stream.id);
    const sent = stream.counts.get(ear.me) ?? 0;
    if (sent <= Math.max(last, excused)) return;
    this.#violate(
      "lost",
      `plain: ${stream.by.memberId} to ${ear.me}: ${sent} sent, ${last} arrived, ${excused} excused`,
    );
  }

  /** Every loss must have been announced by now. */
  settleAll(ear: PlainEar): void {
    for (const [id, { missed }] of ear.heard) {
      if (missed === 0) continue;
      this.#violate(
        "unannounced",
        `plain: ${this.#streams[id].by.memberId} to ${ear.me}, up to ${missed}`,
      );
    }
  }

  #heardOf(ear: PlainEar, id: number): Heard {
    const heard = ear.heard.get(id) ?? { last: 0, excused: 0, missed: 0 };
    ear.heard.set(id, heard);
    return heard;
  }
}
