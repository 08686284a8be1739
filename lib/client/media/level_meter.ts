/** How loud a sound is, from 0 to 100. */
import { type Clock, SYSTEM_CLOCK } from "../../protocol/clock.ts";

/** The quietest sound that shows, in decibels below full scale: a quiet room. */
const FLOOR_DB = -60;
/** Where the scale ends: loud speech, well below clipping. */
const CEILING_DB = -10;
/** One step of 16 bit sound: a microphone that is open gives more than this in the quietest room, one that is switched off by hand does not. */
const ONE_STEP = 2 ** -15;
/** Time between two looks, in milliseconds. */
const INTERVAL_MS = 50;

/** The level of samples between -1 and 1: their root mean square in decibels, laid linearly on 0 to 100. Digital silence is 0. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  if (sum === 0) return 0;
  const db = 10 * Math.log10(sum / samples.length);
  const level = (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB) * 100;
  return Math.round(Math.min(100, Math.max(0, level)));
}

/** Measures one stream until it is closed. It plays nothing and stops no track. */
export class LevelMeter {
  readonly #clock: Clock;
  readonly #context: AudioContext | null;
  readonly #ownsContext: boolean;
  #source: MediaStreamAudioSourceNode | null = null;
  #analyser: AnalyserNode | null = null;
  #samples = new Float32Array(0);
  #closed = false;

  /**
   * Measures from now on.
   *
   * @param stream With an audio track. Without one, or where the browser has no Web Audio, the level stays 0.
   * @param options.audioContext To share one among many meters. Without it the meter makes its own, and closes it.
   */
  constructor(
    stream: MediaStream,
    options: { audioContext?: AudioContext; clock?: Clock } = {},
  ) {
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#ownsContext = options.audioContext === undefined;
    this.#context = options.audioContext ?? newAudioContext();
    if (this.#context === null || stream.getAudioTracks().length === 0) return;
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 1024; // 21 ms at 48 kHz
    this.#analyser.smoothingTimeConstant = 0;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
    // Suspended until the person has touched the page (autoplay policy); resolves by itself then, or never.
    this.#context.resume().catch(() => {});
  }

  /** The level now, 0 to 100. */
  read(): number {
    if (this.#analyser === null) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return levelOf(this.#samples);
  }

  /** Whether what was last read was digital silence, but for one step of 16 bit. */
  get isSilent(): boolean {
    return this.#samples.every((sample) => Math.abs(sample) <= ONE_STEP);
  }

  /** Calls `listener` with the level now and whenever it has changed, at most 20 times a second. The function that comes back ends that. */
  subscribe(listener: (level: number) => void): () => void {
    let last = -1;
    let ended = false;
    const look = () => {
      if (ended || this.#closed) return;
      const level = this.read();
      this.#clock.after(INTERVAL_MS, look);
      if (level !== last) listener(last = level);
    };
    look();
    return () => {
      ended = true;
    };
  }

  /** Ends all subscriptions and gives back what was opened. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source?.disconnect();
    this.#analyser = null;
    if (this.#ownsContext) this.#context?.close().catch(() => {});
  }
}

function newAudioContext(): AudioContext | null {
  try {
    return new AudioContext();
  } catch {
    return null;
  }
}
