/** Elements and audio contexts that make no sound. */
import { SoundContext } from "@/lib/client/media/sound_context.ts";
import type { FakeStream } from "./media.ts";

/** Every element that a page has made, and whether the browser lets them play. */
export class FakeElements {
  readonly all: FakeAudio[] = [];
  mayPlay = true;
  /** The DOMException that choosing a device fails with, by its id. */
  readonly refusedSinks = new Map<string, string>();
  /** Elements are as loud as the buttons at the side of the phone say, and no page can set it. */
  fixedVolume = false;

  create = (): HTMLAudioElement => {
    const audio = new FakeAudio(this);
    this.all.push(audio);
    return audio as unknown as HTMLAudioElement;
  };

  /** Those that were not removed. */
  get there(): FakeAudio[] {
    return this.all.filter(({ isRemoved }) => !isRemoved);
  }
}

export class FakeAudio {
  readonly #page: FakeElements;
  srcObject: unknown = null;
  autoplay = false;
  muted = false;
  #volume = 1;
  sinkId = "";
  plays = 0;
  isRemoved = false;

  constructor(page: FakeElements) {
    this.#page = page;
  }

  get volume(): number {
    return this.#volume;
  }
  set volume(volume: number) {
    if (!this.#page.fixedVolume) this.#volume = volume;
  }

  play(): Promise<void> {
    this.plays++;
    return this.#page.mayPlay || this.muted
      ? Promise.resolve()
      : Promise.reject(new DOMException("fake", "NotAllowedError"));
  }

  /** `sinkId` is the last one until the new one is in use. */
  async setSinkId(sinkId: string): Promise<void> {
    await null;
    const refusal = this.#page.refusedSinks.get(sinkId);
    if (refusal) throw new DOMException("fake", refusal);
    this.sinkId = sinkId;
  }

  remove(): void {
    this.isRemoved = true;
  }
}

/** A sound context whose streams are as loud as the test says. */
export class FakeSoundContext {
  state: "suspended" | "running" | "closed" = "running";
  /** The peak of the samples of each stream, 0 to 1. */
  readonly peaks = new Map<unknown, number>();
  /** The peak of every other stream. */
  otherPeak = 0;
  /** Contexts that were made. */
  made = 0;
  /** Sources that are connected now. */
  sources = 0;
  /** The gain of the last amplifier. */
  gain = 1;
  /** What the last amplifier plays. */
  amplified: unknown = null;
  readonly page = new EventTarget();

  readonly context = new SoundContext({
    create: () => {
      this.made++;
      return this as unknown as AudioContext;
    },
    page: this.page,
  });

  createMediaStreamSource(stream: FakeStream) {
    this.sources++;
    const node = {
      connect: <Node>(to: Node) => {
        Object.assign(to as object, {
          read: () => this.peaks.get(stream) ?? this.otherPeak,
        });
        return to;
      },
      disconnect: () => this.sources--,
    };
    return node;
  }

  createAnalyser() {
    const analyser = {
      fftSize: 0,
      read: (): number | undefined => 0,
      getFloatTimeDomainData: (into: Float32Array) =>
        into.fill(analyser.read() ?? 0),
    };
    return analyser;
  }

  createGain() {
    const setGain = (gain: number) => this.gain = gain;
    return {
      gain: {
        set value(gain: number) {
          setGain(gain);
        },
      },
      connect: <Node>(to: Node) => to,
      disconnect() {},
    };
  }

  createDynamicsCompressor() {
    const names = ["threshold", "knee", "ratio", "attack", "release"];
    const values = names.map((name) => [name, { value: 0 }]);
    return {
      ...Object.fromEntries(values),
      connect: <Node>(to: Node) => to,
      disconnect() {},
    };
  }

  createMediaStreamDestination() {
    this.amplified = { getTracks: () => [] };
    return { stream: this.amplified };
  }

  resume(): Promise<void> {
    return this.state === "suspended"
      ? new Promise(() => {}) // As in Chromium: until the page is touched.
      : Promise.resolve();
  }

  close(): Promise<void> {
    this.state = "closed";
    return Promise.resolve();
  }
}
