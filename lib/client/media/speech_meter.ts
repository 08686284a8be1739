/** Measures one person's sound, and whether it is speech. */
import { LevelMeter } from "./level_meter.ts";
import type { SoundContext } from "./sound_context.ts";
import { SpeechDetector } from "./speech_detector.ts";

/** Measuring can wait: setting up Web Audio must not delay the first sound of a call. */
const BEGIN_AFTER_MS = 750;

export class SpeechMeter {
  readonly stream: MediaStream;
  readonly #soundContext: SoundContext;
  readonly #beginAt: number;
  readonly #detector = new SpeechDetector();
  #meter: LevelMeter | null = null;
  #level = 0;
  #isSpeaking = false;

  /** @param now Milliseconds, on the clock of `look`. */
  constructor(stream: MediaStream, soundContext: SoundContext, now: number) {
    this.stream = stream;
    this.#soundContext = soundContext;
    this.#beginAt = now + BEGIN_AFTER_MS;
  }

  /** When last looked at: 0 to 100. */
  get level(): number {
    return this.#level;
  }

  get isSpeaking(): boolean {
    return this.#isSpeaking;
  }

  /** Whether it gives digital silence; false as long as it cannot be measured. */
  get isSilent(): boolean {
    return this.#soundContext.isRunning && this.#meter !== null &&
      this.#meter.isSilent;
  }

  /** Measures. */
  look(now: number): void {
    if (now < this.#beginAt) return;
    const audioContext = this.#soundContext.get();
    if (audioContext === null) return;
    this.#meter ??= new LevelMeter(this.stream, { audioContext });
    this.#level = this.#meter.read();
    this.#isSpeaking = this.#detector.update(this.#level, now);
  }

  close(): void {
    this.#meter?.close();
  }
}
