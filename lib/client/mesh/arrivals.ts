/** Whether anything of the other comes in: a path may look connected to both ends and carry nothing one way. `docs/protocol.md` section 11. */
import * as v from "valibot";
import type { FrameChannel } from "./frame_channel.ts";

/** At a look every 2 s it takes 8 s: a path that is lost altogether browsers notice sooner, and that mends by itself more often. */
const ASKS = 4;

const Frame = v.object({ type: v.picklist(["ping", "pong"]) });

export interface ArrivalsOptions {
  channel: FrameChannel;
  /** Nothing has come, though the other was asked for an answer at four looks. */
  onDeaf(): void;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #stop: () => void;
  /** Older pages do not answer. */
  #answers = false;
  /** Since something last came. */
  #asked = 0;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
    const { channel } = options;
    this.#stop = channel.use({
      schema: Frame,
      received: ({ type }) => {
        if (type === "ping") channel.send({ type: "pong" });
        else this.#answers = true;
        this.#asked = 0;
      },
      opened: () => channel.send({ type: "ping" }),
      closed: () => {
        this.#answers = false;
        this.#asked = 0;
      },
    });
  }

  /** Whether an answer is waited for: then looks should come often. */
  get isInDoubt(): boolean {
    return this.#asked > 0;
  }

  /** To be called every few seconds while there is a path. `hasCome`: anything, since the last time. Who is silent is asked. */
  looked(hasCome: boolean): void {
    if (hasCome || !this.#answers) this.#asked = 0;
    else if (this.#asked < ASKS) {
      this.#asked++;
      this.#options.channel.send({ type: "ping" });
    } else {
      this.#asked = 0;
      this.#options.onDeaf();
    }
  }

  /** Without a path nothing is expected. */
  setConnected(isConnected: boolean): void {
    if (!isConnected) this.#asked = 0;
  }

  close(): void {
    this.#stop();
  }
}
