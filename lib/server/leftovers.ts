import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Clock } from "../protocol/clock.ts";

/** How often to look whether it is quiet: nobody has connected since the last look. */
const LOOK_MS = 5_000;
/** Connections that leave enough behind: some 7 MB. Collecting stops everything for some 30 ms with so many members, and 0.3 s with 10,000. */
const MANY = 1_000;

/**
 * Has garbage collected when many have connected and then nobody has for 5 s. V8 by itself waits until the heap has grown by half or more;
 * on an instance whose people have come and only talk, what their coming took would lie there for hours: a quarter of all its memory.
 *
 * @param begun How many connections there have been.
 * @returns what ends it.
 */
export function collectLeftovers(
  begun: () => number,
  clock: Clock,
  collect: () => void,
): () => void {
  let seen = begun();
  let collectedAt = seen;
  let callOff = () => {};
  const look = () => {
    const now = begun();
    if (now === seen && now - collectedAt >= MANY) {
      collectedAt = now;
      collect();
    }
    seen = now;
    callOff = clock.after(LOOK_MS, look);
  };
  callOff = clock.after(LOOK_MS, look);
  return () => callOff();
}

/** V8's collector, which keeps nothing in reserve when it is called so. Does nothing where it cannot be had. */
export function collector(): () => void {
  try {
    setFlagsFromString("--expose-gc");
    const gc: (options: object) => void = runInNewContext("gc");
    return () =>
      gc({ type: "major", execution: "sync", flavor: "last-resort" });
  } catch {
    return () => {};
  }
}
