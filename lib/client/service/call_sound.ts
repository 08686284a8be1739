/** The sound of one call after another: played and measured. */
import type { Call } from "../call/call.ts";
import { Activity } from "../media/activity.ts";
import { LevelMeter } from "../media/level_meter.ts";
import type { LocalMedia } from "../media/local_media.ts";
import { Playback, type PlaybackOptions } from "../media/playback.ts";
import type { Platform } from "../platform.ts";
import { SoundContext } from "../media/sound_context.ts";

export interface CallSoundOptions
  extends
    Pick<PlaybackOptions, "masterVolume" | "speakerId" | "createElement"> {
  media: LocalMedia;
  platform: Platform;
}

export class CallSound {
  readonly playback: Playback;
  readonly activity: Activity;
  readonly #media: LocalMedia;
  readonly #platform: Platform;
  readonly #soundContext = new SoundContext();
  readonly #ignoreMedia: () => void;
  #call: Call | null = null;
  #ignoreCall = () => {};
  /** The microphone's sound as it was last looked at. */
  #captured: MediaStream | null;
  #meter: { stream: MediaStream; level: LevelMeter } | null = null;

  /** @throws {RangeError} for a master volume that is not 0 to 100. */
  constructor({ media, platform, ...options }: CallSoundOptions) {
    const soundContext = this.#soundContext;
    this.#media = media;
    this.#platform = platform;
    this.#captured = media.view.audio;
    this.playback = new Playback({ ...options, soundContext });
    this.activity = new Activity({ ...platform, soundContext });
    this.#ignoreMedia = media.subscribe(() => this.#mediaChanged());
  }

  /** Plays and measures that call, and no other; null: none. */
  setCall(call: Call | null): void {
    this.#ignoreCall();
    this.#call = call;
    this.#ignoreCall = call?.subscribe(() => this.#callChanged()) ?? (() => {});
    this.#callChanged();
  }

  /** How loud the open microphone is, 0 to 100, in a call or not. */
  get inputLevel(): number {
    const { audio: stream } = this.#media.view;
    if (stream !== this.#meter?.stream) {
      this.#closeMeter();
      const audioContext = stream && this.#soundContext.get();
      if (stream && audioContext) {
        const { clock } = this.#platform;
        const level = new LevelMeter(stream, { audioContext, clock });
        this.#meter = { stream, level };
      }
    }
    return this.#meter?.level.read() ?? 0;
  }

  /** Ends all sound and gives back what was opened. */
  close(): void {
    this.#ignoreCall();
    this.#ignoreMedia();
    this.#closeMeter();
    this.playback.close();
    this.activity.close();
    this.#soundContext.close();
  }

  #callChanged(): void {
    // First: the first sound waits for nothing else.
    this.playback.update(this.#call?.view.participants ?? []);
    this.#measure();
  }

  #mediaChanged(): void {
    this.#measure();
    const { audio } = this.#media.view;
    if (audio === this.#captured) return;
    this.#captured = audio;
    // Browsers let a page that captures sound play it too, but the first sound may come while they still ask for the microphone.
    if (audio !== null) this.playback.play();
  }

  #measure(): void {
    const { me = null, participants = [] } = this.#call?.view ?? {};
    this.activity.update(me, this.#media.view, participants);
  }

  #closeMeter(): void {
    this.#meter?.level.close();
    this.#meter = null;
  }
}
