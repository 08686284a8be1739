import type { Chance } from "./chance.ts";
import type { Timeline } from "./timeline.ts";

/** The BroadcastChannel of one process: what is said reaches the other isolates, or now and then does not. */
export class Hall {
  /** The part of frames that is lost, for each listener by itself. */
  loss = 0;
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #channels = new Set<FakeChannel>();

  constructor(timeline: Timeline, chance: Chance) {
    this.#timeline = timeline;
    this.#chance = chance;
  }

  /** A channel for one isolate. */
  open(): BroadcastChannel & FakeChannel {
    const channel = new FakeChannel(
      (message) => this.#say(channel, message),
      () => this.#channels.delete(channel),
    );
    this.#channels.add(channel);
    return channel as BroadcastChannel & FakeChannel;
  }

  #say(from: FakeChannel, message: unknown): void {
    const data = structuredClone(message);
    for (const channel of this.#channels) {
      if (channel === from || this.#chance.is(this.loss)) continue;
      this.#timeline.after(0.2, () => {
        if (this.#channels.has(channel)) {
          channel.onmessage?.({ data } as MessageEvent);
        }
      });
    }
  }
}

class FakeChannel {
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly #say: (message: unknown) => void;
  readonly #leave: () => void;
  #isClosed = false;

  constructor(say: (message: unknown) => void, leave: () => void) {
    this.#say = say;
    this.#leave = leave;
  }

  postMessage(message: unknown): void {
    if (this.#isClosed) {
      throw new DOMException("Already closed", "InvalidStateError");
    }
    this.#say(message);
  }

  /** As when its isolate is gone, too. */
  close(): void {
    this.#isClosed = true;
    this.#leave();
  }
}
