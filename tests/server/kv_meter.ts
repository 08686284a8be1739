import { serialize } from "node:v8";
import type { Rig } from "./rig.ts";

/** What Deno KV charges for: a write unit is 1 KiB of one atomic write, a read unit 4 KiB of one read, each begun one a whole one. */
export interface Units {
  writes: number;
  reads: number;
}

const WRITE_UNIT = 1_024;
const READ_UNIT = 4_096;

/** Bytes of a key as Deno KV orders keys: a mark, the part, and for texts an end. */
function keyBytes(key: Deno.KvKey): number {
  return key.reduce<number>(
    (sum, part) =>
      sum +
      (typeof part === "string"
        ? new TextEncoder().encode(part).length + 2
        : 9),
    0,
  );
}

function bytes(entries: unknown[]): number {
  return (entries as [Deno.KvKey, unknown?][]).reduce(
    (sum, [key, ...value]) =>
      sum + keyBytes(key) + (value.length > 0 ? serialize(value[0]).length : 0),
    0,
  );
}

const isRing = (entry: unknown) => (entry as [Deno.KvKey])[0][0] === "bell";

/**
 * Counts the units that a rig's instances use. Whoever watches a key reads it when it changes: nothing says that this is charged, and it is
 * counted here as one read.
 */
export class KvMeter {
  readonly #rig: Rig;
  #units: Units = { writes: 0, reads: 0 };

  constructor(rig: Rig) {
    this.#rig = rig;
    rig.onWrite = (written) => {
      this.#units.writes += Math.ceil(bytes(written) / WRITE_UNIT);
      this.#units.reads += written.filter(isRing).length;
    };
    rig.onRead = (found) => {
      this.#units.reads += Math.max(1, Math.ceil(bytes(found) / READ_UNIT));
    };
  }

  /** Waits until nothing uses any, and returns what was used since the last time. */
  async rest(): Promise<Units> {
    let before: number;
    do {
      before = this.#units.writes + this.#units.reads;
      await this.#rig.settle();
    } while (this.#units.writes + this.#units.reads !== before);
    const units = this.#units;
    this.#units = { writes: 0, reads: 0 };
    return units;
  }
}
