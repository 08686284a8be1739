/** The microphone of a `VOIPService`, with its level. */
import type { Clock } from "../../protocol/clock.ts";
import { LevelMeter } from "../media/level_meter.ts";
import type { LocalDeviceState } from "../media/local_device.ts";
import { LocalMedia } from "../media/local_media.ts";
import { microphoneError, VOIPError } from "./voip_error.ts";

export interface VOIPMicrophoneOptions {
  mediaDevices?: Pick<MediaDevices, "getUserMedia">;
  audioConstraints?: MediaTrackConstraints;
  audioContext?: AudioContext;
  MediaStream: typeof MediaStream;
  clock: Clock;
  /** Another track is to be sent, or none. */
  onTrack(track: MediaStreamTrack | null): void;
  /** It was lost, and no call of anybody's could tell. */
  onError(error: VOIPError): void;
}

/** Opens it, mutes it, closes it, and measures it. */
export class VOIPMicrophone {
  readonly #options: VOIPMicrophoneOptions;
  readonly #media: LocalMedia;
  readonly #unsubscribe: () => void;
  /** Somebody waits for it to open, and will be told what failed. */
  #isOpening = false;
  #status: LocalDeviceState["status"] = "off";
  #audio: MediaStream | null = null;
  #meter: LevelMeter | null = null;

  constructor(options: VOIPMicrophoneOptions) {
    this.#options = options;
    this.#media = new LocalMedia(options);
    this.#unsubscribe = this.#media.subscribe(() => this.#changed());
  }

  get status(): LocalDeviceState["status"] {
    return this.#status;
  }

  /** A muted microphone is sent on: its silence is digital, and the path stays warm. */
  get track(): MediaStreamTrack | null {
    return this.#audio?.getAudioTracks()[0] ?? null;
  }

  /** 0 (silent, muted or off) to 100 (loud speech), measured at each call. */
  get level(): number {
    return this.#meter?.read() ?? 0;
  }

  /** @throws {VOIPError} as `VOIPService.enableMicrophone`. */
  async enable(): Promise<MediaStream> {
    this.#isOpening = true;
    try {
      await this.#media.enableMicrophone();
    } finally {
      this.#isOpening = false;
    }
    const { microphone, audio } = this.#media.view;
    if (microphone.status === "failed") {
      throw microphoneError(microphone.failure);
    }
    if (audio === null) throw new VOIPError("cancelled");
    return audio;
  }

  /** @throws {VOIPError} `microphone-off`. */
  setMuted(muted: boolean): void {
    if (this.#status !== "on" && this.#status !== "muted") {
      throw new VOIPError("microphone-off");
    }
    if (muted) this.#media.disableMicrophone();
    else this.#media.enableMicrophone(); // Of a muted one: at once, and it cannot fail.
  }

  /** Closes it; it may be enabled again. */
  disable(): void {
    this.#media.close();
  }

  /** Closes it for good. */
  close(): void {
    this.#media.close();
    this.#unsubscribe();
  }

  #changed(): void {
    const { microphone, audio } = this.#media.view;
    const before = this.#status;
    this.#status = microphone.status;
    if (audio !== this.#audio) {
      this.#audio = audio;
      this.#meter?.close();
      this.#meter = audio && new LevelMeter(audio, this.#options);
      this.#options.onTrack(this.track);
    }
    const isNew = microphone.status === "failed" && before !== "failed";
    if (isNew && !this.#isOpening) {
      this.#options.onError(microphoneError(microphone.failure));
    }
  }
}
