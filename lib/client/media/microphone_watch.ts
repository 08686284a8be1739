/** Measures one's own microphone, open or muted, until that changes. */
import type { LocalDeviceState } from "./local_device.ts";
import { SilentMicrophone, TalkingWhileMuted } from "./microphone_warnings.ts";
import type { SoundContext } from "./sound_context.ts";
import { SpeechMeter } from "./speech_meter.ts";

/** A microphone that can be measured. */
export type OpenMicrophone = LocalDeviceState & {
  status: "on" | "muted";
  track: MediaStreamTrack;
};

export class MicrophoneWatch {
  readonly microphone: OpenMicrophone;
  readonly #clone: MediaStreamTrack | null;
  readonly #meter: SpeechMeter;
  readonly #talkingWhileMuted = new TalkingWhileMuted();
  readonly #silentMicrophone = new SilentMicrophone();
  #isTalkingWhileMuted = false;
  #isSilent = false;

  /** @param now Milliseconds, on the clock of `look`. */
  constructor(
    microphone: OpenMicrophone,
    now: number,
    options: { soundContext: SoundContext; MediaStream: typeof MediaStream },
  ) {
    const { soundContext, MediaStream } = options;
    const { status, track } = microphone;
    this.microphone = microphone;
    // A muted track is silent here, too; a clone of it is not. It never leaves this class.
    this.#clone = status === "muted" ? track.clone() : null;
    if (this.#clone !== null) this.#clone.enabled = true;
    const stream = new MediaStream([this.#clone ?? track]);
    this.#meter = new SpeechMeter(stream, soundContext, now);
  }

  /** What the others get: 0 to 100, 0 while muted. */
  get level(): number {
    return this.#clone === null ? this.#meter.level : 0;
  }

  /** Whether the others hear speech. */
  get isSpeaking(): boolean {
    return this.#clone === null && this.#meter.isSpeaking;
  }

  get isTalkingWhileMuted(): boolean {
    return this.#isTalkingWhileMuted;
  }

  /** Whether it should give sound, and has given none for long. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Measures. */
  look(now: number): void {
    this.#meter.look(now);
    if (this.#clone !== null) {
      this.#isTalkingWhileMuted = this.#talkingWhileMuted
        .update(this.#meter.isSpeaking, now);
    } else {
      // What the system has muted says so itself (`MediaStreamTrack.muted`).
      const isSilent = this.#meter.isSilent && !this.microphone.track.muted;
      this.#isSilent = this.#silentMicrophone.update(isSilent, now);
    }
  }

  close(): void {
    this.#meter.close();
    this.#clone?.stop();
  }
}
