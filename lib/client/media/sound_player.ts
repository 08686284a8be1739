/** Plays one stream's sound. */
import { Amplifier } from "./amplifier.ts";
import { type MediaFailure, mediaFailure } from "./devices.ts";
import type { SoundContext } from "./sound_context.ts";

export interface SoundPlayerOptions {
  /** Makes an element that belongs to the player from then on. */
  createElement: () => HTMLAudioElement;
  /** For volumes that an element cannot have. */
  soundContext: SoundContext;
  /** `isBlocked` has changed. */
  onBlocked(): void;
  /** The browser has begun to play through that device, or would not: then the sound stays where it is. */
  onSpeaker(deviceId: string, failure: MediaFailure | null): void;
}

/** How loud it is to be. */
export interface Loudness {
  /** 0 to 200 percent. */
  volume: number;
  /** 0 to 100 percent of that. */
  masterVolume: number;
  muted: boolean;
}

/**
 * An element that plays, and an amplifier in front of it while the volume is above 100, or is not to be had from the element. The sound
 * always comes out of the element, so that choosing a speaker, autoplay and echo cancellation work the same either way.
 */
export class SoundPlayer {
  readonly #options: SoundPlayerOptions;
  readonly #element: HTMLAudioElement;
  #stream: MediaStream;
  #gain = 1;
  #amplifier: Amplifier | null = null;
  #isBlocked = false;
  /** The device to play through; empty: the system's own choice. */
  #speaker = "";
  #isRouting = false;
  #isClosed = false;

  /** Plays at once. */
  constructor(stream: MediaStream, options: SoundPlayerOptions) {
    this.#options = options;
    this.#stream = stream;
    this.#element = options.createElement();
    this.#element.autoplay = true;
    if (!plays(this.#element, stream)) this.#element.srcObject = stream;
    this.play();
  }

  /** Whether the browser wants the page to be touched first (autoplay policy). */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Plays, or tries again what the browser refused. Never rejects; see `isBlocked`. */
  async play(): Promise<void> {
    try {
      await this.#element.play();
      this.#setBlocked(false);
    } catch (error) {
      // Any other failure is of a stream that was replaced meanwhile.
      if (error instanceof Error && error.name === "NotAllowedError") {
        this.#setBlocked(true);
      }
    }
  }

  /** Plays another stream from now on. */
  setStream(stream: MediaStream): void {
    if (stream === this.#stream) return;
    this.#stream = stream;
    this.#stopAmplifying();
    this.#element.srcObject = stream;
    this.play();
    this.#applyGain();
  }

  setLoudness({ volume, masterVolume, muted }: Loudness): void {
    const quiet = Math.min(volume, 100) * masterVolume / 10_000;
    this.#element.volume = quiet;
    this.#element.muted = muted;
    // On iPhones it stays 1 whatever a page says.
    const isSet = this.#element.volume === quiet;
    this.#gain = Math.max(volume, 100) / 100 * (isSet ? 1 : quiet);
    this.#applyGain();
  }

  /** Plays through that device from now on; empty: the system's own choice. */
  setSpeaker(deviceId: string): void {
    this.#speaker = deviceId;
    if (!this.#isRouting) this.#route();
  }

  close(): void {
    this.#isClosed = true;
    this.#amplifier?.close();
    this.#element.srcObject = null;
    this.#element.remove();
  }

  /** One change at a time: until the browser has made it, `sinkId` tells of the device before. What was wished last counts. */
  async #route(): Promise<void> {
    this.#isRouting = true;
    let refused: string | null = null;
    while (this.#speaker !== refused && !this.#isClosed) {
      const deviceId: string = this.#speaker;
      if (deviceId === (this.#element.sinkId ?? "")) break;
      let failure: MediaFailure | null = null;
      try {
        await this.#element.setSinkId(deviceId);
      } catch (error) {
        failure = mediaFailure(error);
      }
      refused = failure && deviceId;
      if (!this.#isClosed) this.#options.onSpeaker(deviceId, failure);
    }
    this.#isRouting = false;
  }

  #applyGain(): void {
    if (this.#gain === 1) {
      if (this.#stopAmplifying()) this.#element.srcObject = this.#stream;
    } else if (this.#amplifier !== null) this.#amplifier.setGain(this.#gain);
    else this.#startAmplifying();
  }

  /** Until the context runs, the sound goes on as it came: nobody falls silent for being turned up. */
  async #startAmplifying(): Promise<void> {
    const { soundContext, createElement } = this.#options;
    const context = soundContext.get();
    if (context === null || !await soundContext.resume()) return;
    if (this.#isClosed || this.#amplifier !== null || this.#gain === 1) return;
    this.#amplifier = new Amplifier(context, this.#stream, createElement());
    this.#amplifier.setGain(this.#gain);
    this.#element.srcObject = this.#amplifier.stream;
    this.play();
  }

  #stopAmplifying(): boolean {
    const wasAmplified = this.#amplifier !== null;
    this.#amplifier?.close();
    this.#amplifier = null;
    return wasAmplified;
  }

  #setBlocked(isBlocked: boolean): void {
    if (isBlocked === this.#isBlocked || this.#isClosed) return;
    this.#isBlocked = isBlocked;
    this.#options.onBlocked();
  }
}

/** Whether an element plays that sound already: with another stream, though of the same track, it would begin anew. */
function plays({ srcObject }: HTMLAudioElement, stream: MediaStream): boolean {
  const [track] = stream.getAudioTracks();
  return track !== undefined && srcObject instanceof Object &&
    "getAudioTracks" in srcObject && srcObject.getAudioTracks()[0] === track;
}
