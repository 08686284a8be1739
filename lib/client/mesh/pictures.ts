/** What two pages tell each other of the pictures between them. `docs/protocol.md` section 11. */
import * as v from "valibot";
import type { Shown } from "./bitrate_policy.ts";
import type { FrameChannel } from "./frame_channel.ts";

const ShowFrame = v.object({
  type: v.literal("show"),
  camera: v.picklist(["large", "small", "none"]),
  screen: v.boolean(),
});

const PausedFrame = v.object({
  type: v.literal("paused"),
  camera: v.boolean(),
  screen: v.boolean(),
});

/** Which pictures do not come, to keep the sound. */
export interface Paused {
  camera: boolean;
  screen: boolean;
}

export const NOTHING_PAUSED: Paused = { camera: false, screen: false };

export interface PicturesOptions {
  channel: FrameChannel;
  /** The other page shows that of this member from now on. */
  onShown(shown: Shown): void;
  /** `paused` has changed. */
  onPaused(): void;
}

/** Says both things now and on every channel that opens later: each is the newest word, and nothing is lost when an older one is. */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #stop: () => void;
  /** Null: not decided, and nothing is said. */
  #showing: Shown | null = null;
  #pausing = NOTHING_PAUSED;
  #paused = NOTHING_PAUSED;

  constructor(options: PicturesOptions) {
    this.#options = options;
    this.#stop = options.channel.use({
      schema: v.variant("type", [ShowFrame, PausedFrame]),
      received: (frame) => {
        if (frame.type === "show") {
          options.onShown({ camera: frame.camera, screen: frame.screen });
        } else this.#heard({ camera: frame.camera, screen: frame.screen });
      },
      opened: () => {
        this.#tell("show", this.#showing);
        this.#tell("paused", this.#pausing);
      },
      closed: () => this.#heard(NOTHING_PAUSED),
    });
  }

  /** Of the other's pictures, which ones it has stopped sending here to keep its sound. */
  get paused(): Paused {
    return this.#paused;
  }

  /** What this page shows of the other member. */
  show(shown: Shown): void {
    if (isSame(shown, this.#showing)) return;
    this.#showing = shown;
    this.#tell("show", shown);
  }

  /** Which of this page's pictures do not go to the other. */
  pause(pausing: Paused): void {
    if (isSame(pausing, this.#pausing)) return;
    this.#pausing = pausing;
    this.#tell("paused", pausing);
  }

  close(): void {
    this.#stop();
  }

  #heard(paused: Paused): void {
    if (isSame(paused, this.#paused)) return;
    this.#paused = paused;
    this.#options.onPaused();
  }

  #tell(type: "show" | "paused", what: Shown | Paused | null): void {
    if (what !== null) this.#options.channel.send({ type, ...what });
  }
}

function isSame<T extends Shown | Paused>(a: T, b: T | null): boolean {
  return a.camera === b?.camera && a.screen === b?.screen;
}
