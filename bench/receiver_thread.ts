/** Those whom signals go to, and how long each signal was on its way. */
import { type Dialect, End } from "./end.ts";
import { answerAll, now } from "./thread.ts";

export type ReceiverQuestion =
  /** Connects one more. */
  | { connect: Dialect }
  /** How long signals took in milliseconds, all since the last time; to be told as soon as so many have come. */
  | { latenciesOf: number };

/** When to give up on signals that do not come. */
const LATEST_MS = 5_000;

const taken: number[] = [];
let onTaken = () => {};

answerAll(async (question: ReceiverQuestion): Promise<number[]> => {
  if ("connect" in question) {
    const end = await End.open(question.connect);
    end.listen((frame) => {
      taken.push(now() - Number(/"at":([\d.]+)/.exec(frame.toString())![1]));
      onTaken();
    });
    return [];
  }
  await untilTaken(question.latenciesOf);
  return taken.splice(0);
});

function untilTaken(count: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = setTimeout(() => {
    reject(new Error(`${count - taken.length} of ${count} did not come`));
  }, LATEST_MS);
  onTaken = () => {
    if (taken.length < count) return;
    clearTimeout(giveUp);
    resolve();
  };
  onTaken();
  return promise;
}
