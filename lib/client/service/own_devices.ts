/** The microphone, camera and screen of a `MediaService`: what `LocalMedia` shows as states, as results and errors. */
import type { LocalMedia } from "../media/local_media.ts";
import {
  deviceError,
  type MediaDeviceName,
  MediaServiceError,
} from "./media_service_error.ts";

/** By what each shows itself here. */
const STREAM = {
  microphone: "audio",
  camera: "video",
  screen: "screenVideo",
} as const;

const OPEN: Record<MediaDeviceName, (media: LocalMedia) => Promise<void>> = {
  microphone: (media) => media.enableMicrophone(),
  camera: (media) => media.enableCamera(),
  screen: (media) => media.shareScreen(),
};

export class OwnDevices {
  readonly #media: LocalMedia;
  readonly #onError: (error: MediaServiceError) => void;
  readonly #unsubscribe: () => void;
  /** Those that somebody waits for, who will be told what failed. */
  readonly #opening = new Set<MediaDeviceName>();
  /** Those whose failure is known. */
  readonly #failed = new Set<MediaDeviceName>();

  /** @param onError what fails without anybody waiting for it. */
  constructor(media: LocalMedia, onError: (error: MediaServiceError) => void) {
    this.#media = media;
    this.#onError = onError;
    this.#unsubscribe = media.subscribe(() => this.#changed());
  }

  /** @throws {MediaServiceError} as `MediaService.enableMicrophone`. */
  async open(device: MediaDeviceName): Promise<MediaStream> {
    this.#opening.add(device);
    try {
      await OPEN[device](this.#media);
    } finally {
      this.#opening.delete(device);
    }
    const state = this.#media.view[device];
    if (state.status === "failed") throw deviceError(device, state.failure);
    const stream = this.#media.view[STREAM[device]];
    if (stream === null) throw new MediaServiceError("cancelled", device);
    return stream;
  }

  /** @throws {MediaServiceError} `device-off`. */
  setMicrophoneMuted(muted: boolean): void {
    const { status } = this.#media.view.microphone;
    if (status !== "on" && status !== "muted") {
      throw new MediaServiceError("device-off", "microphone");
    }
    if (muted) this.#media.disableMicrophone();
    else this.#media.enableMicrophone(); // Of a muted one: at once, and it cannot fail.
  }

  /** Looks no more. What is open stays open. */
  close(): void {
    this.#unsubscribe();
  }

  #changed(): void {
    for (const device of Object.keys(STREAM) as MediaDeviceName[]) {
      const state = this.#media.view[device];
      if (state.status !== "failed") this.#failed.delete(device);
      else if (!this.#failed.has(device)) {
        this.#failed.add(device);
        if (this.#opening.has(device)) continue;
        this.#onError(deviceError(device, state.failure));
      }
    }
  }
}
