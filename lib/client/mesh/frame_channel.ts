/** The data channel of a pair, whichever connection carries it just now, shared by many uses. `docs/protocol.md` 11. */
import * as v from "valibot";

/** One JSON object. `type` tells whose it is. */
export interface Frame {
  /** By which it is told apart. */
  type: string;
}

/** One use of the channel: which frames it takes, and what becomes of them. */
export interface FrameUse<Taken extends Frame> {
  /** Of its frames. No two uses take the same `type`; what nobody takes, as from a newer page, is ignored. */
  schema: v.GenericSchema<unknown, Taken>;
  /** One has come. */
  received(frame: Taken): void;
  /** Frames can be sent from now on. */
  opened?(): void;
  /** What was sent shortly before may be lost. */
  closed?(): void;
}

/** A pair's data channel, shared by whoever registers for a type of frames. */
export class FrameChannel {
  readonly #uses = new Set<FrameUse<Frame>>();
  #channel: RTCDataChannel | null = null;
  #isOpen = false;

  /** Whether it carries frames: they arrive in order, and all of them as long as it stays open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Begins a use; `opened` is called at once if it is open. The function that comes back ends that. */
  use<Taken extends Frame>(use: FrameUse<Taken>): () => void {
    const added = use as FrameUse<Frame>;
    this.#uses.add(added);
    if (this.#isOpen) use.opened?.();
    return () => this.#uses.delete(added);
  }

  /** Sends, or loses it when it cannot be sent now: see `isOpen`. */
  send<Sent extends Frame>(frame: Sent): void {
    if (this.#channel?.readyState !== "open") return;
    try {
      this.#channel.send(JSON.stringify(frame));
    } catch {
      // Closing, or full (W3C WebRTC 6.2).
    }
  }

  /** Goes over that channel from now on, as soon as it is open. */
  attach(channel: RTCDataChannel): void {
    this.close();
    this.#channel = channel;
    channel.onopen = () => this.#opened();
    channel.onclose = () => this.close();
    channel.onmessage = ({ data }) => this.#received(data);
    if (channel.readyState === "open") this.#opened();
  }

  /** Carries nothing more, until another channel is attached. */
  close(): void {
    const channel = this.#channel;
    this.#channel = null;
    if (channel !== null) {
      channel.onopen = channel.onclose = channel.onmessage = null;
    }
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const use of this.#uses) use.closed?.();
  }

  #opened(): void {
    this.#isOpen = true;
    for (const use of this.#uses) use.opened?.();
  }

  #received(text: unknown): void {
    let frame: unknown;
    try {
      frame = JSON.parse(String(text));
    } catch {
      return;
    }
    for (const { schema, received } of this.#uses) {
      const result = v.safeParse(schema, frame);
      if (result.success) return received(result.output);
    }
  }
}
