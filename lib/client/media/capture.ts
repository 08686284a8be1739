/** Opens microphones and cameras. W3C Media Capture and Streams, 10. */
import type { OpenTrack } from "./local_device.ts";

export interface CaptureOptions {
  /** Missing on insecure pages. */
  mediaDevices: Pick<MediaDevices, "getUserMedia"> | undefined;
  /** Added to what is asked of every microphone. */
  audioConstraints?: MediaTrackConstraints;
  /** Added to what is asked of every camera. */
  videoConstraints?: MediaTrackConstraints;
}

const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
  facingMode: "user",
};

/** Knows what to ask for. Everything rejects with getUserMedia's DOMException. */
export class Capture {
  readonly #options: CaptureOptions;

  constructor(options: CaptureOptions) {
    this.#options = options;
  }

  openMicrophone(deviceId?: string): Promise<MediaStreamTrack> {
    return this.#getTrack("audio", this.#audioConstraints(deviceId));
  }

  openCamera(deviceId?: string): Promise<MediaStreamTrack> {
    return this.#getTrack("video", this.#videoConstraints(deviceId));
  }

  /** Puts one question to the person for both; where they cannot be had together, one for each, one after the other. */
  openBoth(
    microphoneId: string | undefined,
    cameraId: string | undefined,
  ): { microphone: OpenTrack; camera: OpenTrack } {
    const both = this.#getStream({
      audio: this.#audioConstraints(microphoneId),
      video: this.#videoConstraints(cameraId),
    });
    // The second question must not come while the first is on the screen.
    let alone: Promise<unknown> = Promise.resolve();
    const part =
      (kind: "audio" | "video", open: OpenTrack): OpenTrack => async (id) => {
        const stream = await both.catch(() => null);
        const track = stream?.getTracks().find((track) => track.kind === kind);
        if (track !== undefined) return track;
        const own = alone.then(() => open(id));
        alone = own.catch(() => {});
        return await own;
      };
    return {
      microphone: part("audio", (id) => this.openMicrophone(id)),
      camera: part("video", (id) => this.openCamera(id)),
    };
  }

  async #getTrack(
    kind: "audio" | "video",
    constraints: MediaTrackConstraints,
  ): Promise<MediaStreamTrack> {
    const stream = await this.#getStream({ [kind]: constraints });
    return stream.getTracks()[0];
  }

  async #getStream(constraints: MediaStreamConstraints): Promise<MediaStream> {
    const { mediaDevices } = this.#options;
    if (mediaDevices === undefined) throw new InsecurePage();
    return await mediaDevices.getUserMedia(constraints);
  }

  #audioConstraints(deviceId: string | undefined): MediaTrackConstraints {
    return {
      ...AUDIO,
      ...this.#options.audioConstraints,
      ...(deviceId !== undefined && { deviceId: { exact: deviceId } }),
    };
  }

  #videoConstraints(deviceId: string | undefined): MediaTrackConstraints {
    return {
      ...VIDEO,
      ...this.#options.videoConstraints,
      ...(deviceId !== undefined &&
        { deviceId: { exact: deviceId }, facingMode: undefined }),
    };
  }
}

/** What a page without `navigator.mediaDevices` fails with; `mediaFailure` knows it by its name. */
class InsecurePage extends Error {
  override name = "InsecurePage";
}
