/** What is known of everything that was sent and has arrived: it finds what is lost, doubled, out of order or with the wrong member. */
import { MAX_RETAINED_SIGNALS } from "@/lib/protocol/limits.ts";

/** One life of a member's page, or one connection of a plain client: whoever numbers what it sends from 1. */
export interface Life {
  roomId: string;
  memberId: string;
}

/** What one life sends to one incarnation of another member. */
interface Sent {
  id: number;
  by: Life;
  to: string;
  count: number;
  /** Where it arrives: one pair of one life. */
  sink: Arrived | null;
}

/** What one life has got from one incarnation of another member. */
interface Arrived {
  by: Life;
  from: string;
  source: Sent | null;
  last: number;
  /** A gap was announced, and nothing has come since. */
  gap: boolean;
}

/** What a signal of the simulation holds. */
export interface Marked {
  pair: number;
  number: number;
}

/** A promise that was broken. */
export type Violate = (what: string, detail: string) => void;

/**
 * The pairs of clients that number and acknowledge. A pair begins with each `pair` event of a session, and whatever was before it is void;
 * within it every signal must arrive once and in order, but for a gap that was announced, and only where more was kept than is promised.
 */
export class Ledger {
  sent = 0;
  arrived = 0;
  gaps = 0;
  readonly #violate: Violate;
  readonly #pairs: Sent[] = [];

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  /** The two ends of a pair as one life sees it. */
  begin(by: Life, other: string): { sent: Sent; arrived: Arrived } {
    const sent: Sent = {
      id: this.#pairs.length,
      by,
      to: other,
      count: 0,
      sink: null,
    };
    this.#pairs.push(sent);
    return {
      sent,
      arrived: { by, from: other, source: null, last: 0, gap: false },
    };
  }

  /** The next signal of a pair, to be sent at once. */
  mark(sent: Sent): Marked {
    this.sent++;
    return { pair: sent.id, number: ++sent.count };
  }

  /** A signal has been delivered. */
  take(arrived: Arrived | undefined, { pair, number }: Marked): void {
    if (!arrived) {
      return this.#violate("misdelivered", "of nobody who is there");
    }
    const source = this.#pairs[pair];
    const { by, from } = arrived;
    const names =
      `${from} to ${by.memberId}, number ${number} after ${arrived.last}`;
    if (
      source?.to !== by.memberId || source.by.memberId !== from ||
      source.by.roomId !== by.roomId
    ) {
      return this.#violate("misdelivered", names);
    }
    arrived.source ??= source;
    source.sink ??= arrived;
    if (arrived.source !== source || source.sink !== arrived) {
      return this.#violate("misdelivered", `${names}: of another incarnation`);
    }
    this.arrived++;
    const { last, gap } = arrived;
    arrived.last = Math.max(last, number);
    arrived.gap = false;
    if (number <= last) return this.#violate("doubled", names);
    if (number === last + 1) return;
    if (!gap) return this.#violate("lost", names);
    this.gaps++;
    if (source.count - last <= MAX_RETAINED_SIGNALS) {
      this.#violate("lost", `${names}: a gap, and no need for it`);
    }
  }

  /** A gap was announced. */
  gap(arrived: Arrived | undefined): void {
    if (arrived) arrived.gap = true;
  }

  /** Everything that one end of a pair sent must be at the other by now. */
  settle(sent: Sent, other: Arrived): void {
    if (sent.count === 0) return;
    if (other.source !== sent || other.last !== sent.count) {
      this.#violate(
        "lost",
        `${sent.by.memberId} to ${sent.to}: ${sent.count} sent, ${
          other.source === sent ? other.last : 0
        } arrived`,
      );
    }
  }
}

export type { Arrived, Sent };
