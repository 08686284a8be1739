/** Pairs that do one set-up after the other, and never rest. */
import { type Dialect, End } from "./end.ts";
import { setUp } from "./set_up.ts";
import { answerAll } from "./thread.ts";

export interface LoadOrder {
  pairs: [Dialect, Dialect][];
  /** Set-ups are counted in its first place. */
  done: Int32Array<SharedArrayBuffer>;
}

answerAll(async ({ pairs, done }: LoadOrder) => {
  const connected = await Promise.all(
    pairs.map(async ([caller, callee]): Promise<[End, End]> => [
      await End.open(caller),
      await End.open(callee),
    ]),
  );
  for (const pair of connected) void goOn(pair, done);
});

async function goOn(pair: [End, End], done: LoadOrder["done"]) {
  for (;; Atomics.add(done, 0, 1)) await setUp(pair);
}
