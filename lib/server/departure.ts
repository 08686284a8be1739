import { type Clock, delay, SYSTEM_CLOCK } from "../protocol/clock.ts";
import type { Instance } from "./instance.ts";

/** How long the other isolates of the process have to say that they are not done. */
const ANSWER_MS = 200;
/** Platforms kill 5 s after SIGINT: what takes longer is cut short here, and by nobody else. */
const LONGEST_MS = 4_500;
const CHANNEL = "ringdown.departure";

/** `done?`: may I end the process? `wait`: I am not done. */
type Word = "done?" | "wait";

/** What a {@linkcode Departure} needs of a BroadcastChannel. */
export interface Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(word: Word): void;
}

/**
 * The end of a process that isolates share (`deno serve --parallel`): each gets the signal, and `Deno.exit` in one of them ends all. So who
 * is done asks the others, and ends the process only when nobody objects; the last one to be done ends it for all.
 */
export class Departure {
  readonly #channel?: Channel;
  readonly #clock: Clock;
  readonly #exit: () => void;
  #done = false;
  #objected = false;

  /** `channel` is absent where there is no BroadcastChannel: then isolates have nothing to do with each other. */
  constructor(
    channel: Channel | undefined,
    exit: () => void,
    clock: Clock = SYSTEM_CLOCK,
  ) {
    this.#channel = channel;
    this.#exit = exit;
    this.#clock = clock;
    if (!channel) return;
    channel.onmessage = ({ data }: MessageEvent<Word>) => {
      if (data === "wait") this.#objected = true;
      else if (!this.#done) channel.postMessage("wait");
    };
  }

  /** Runs `close`, which never throws, and then ends the process: within 4.5 s, whatever happens. */
  async leave(close: () => Promise<void>): Promise<void> {
    this.#clock.after(LONGEST_MS, this.#exit);
    await close();
    this.#done = true;
    if (this.#channel) {
      this.#objected = false;
      this.#channel.postMessage("done?");
      await delay(this.#clock, ANSWER_MS);
    }
    if (!this.#objected) this.#exit();
  }
}

/**
 * On SIGINT (platforms give 5 s) and SIGTERM clients are told to move, and the process ends by itself. A second signal ends it at once.
 *
 * Nobody else may listen to these two: `deno serve`, which begins to when this module's importers have been loaded, would close every
 * connection at the first signal (denoland/deno#32862), before its client has found another instance.
 */
export function leaveInGoodOrder(instance: Instance): void {
  const departure = new Departure(
    typeof BroadcastChannel === "undefined"
      ? undefined
      : new BroadcastChannel(CHANNEL),
    () => Deno.exit(0),
  );
  const leave = () => {
    Deno.removeSignalListener("SIGINT", leave);
    Deno.removeSignalListener("SIGTERM", leave);
    void departure.leave(() => instance.close());
  };
  const { addSignalListener } = Deno;
  const ours: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];
  for (const signal of ours) addSignalListener(signal, leave);
  Object.assign(Deno, {
    addSignalListener(signal: Deno.Signal, listener: () => void) {
      if (!ours.includes(signal)) addSignalListener(signal, listener);
    },
  });
}
