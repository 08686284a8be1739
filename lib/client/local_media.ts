/** This person's microphone and camera. W3C Media Capture and Streams. */
import { Emitter } from "./emitter.ts";
import { LocalDevice, type LocalDeviceState } from "./local_device.ts";

/** What is open at one moment. Never changed; a new object stands for a new state. */
export interface LocalMediaView {
  microphone: LocalDeviceState;
  camera: LocalDeviceState;
  /** The microphone's sound, for a level meter; null without one. The same object while it is the same track. */
  audio: MediaStream | null;
  /** The camera's picture, for the self-view; null without one. The same object while it is the same track. */
  video: MediaStream | null;
  /** The devices that were chosen; undefined: the browser's choice. */
  microphoneId: string | undefined;
  cameraId: string | undefined;
}

export interface LocalMediaOptions {
  /** Default `navigator.mediaDevices`, which is missing on insecure pages. */
  mediaDevices?: Pick<MediaDevices, "getUserMedia">;
  MediaStream?: typeof MediaStream;
  /** Added to what is asked of every microphone, such as `{ echoCancellation: false }`. */
  audioConstraints?: MediaTrackConstraints;
  /** Added to what is asked of every camera. Default: 1280 x 720, 30 pictures a second, facing the person. */
  videoConstraints?: MediaTrackConstraints;
}

const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
  facingMode: "user",
};

/** Opens the microphone and the camera, each with its own outcome, and closes what it opened. */
export class LocalMedia {
  readonly #options: LocalMediaOptions;
  readonly #mediaDevices: Pick<MediaDevices, "getUserMedia"> | undefined;
  readonly #views = new Emitter<LocalMediaView>();
  readonly #microphone: LocalDevice;
  readonly #camera: LocalDevice;
  #view: LocalMediaView;

  constructor(options: LocalMediaOptions = {}) {
    this.#options = options;
    this.#mediaDevices = options.mediaDevices ??
      globalThis.navigator?.mediaDevices;
    const changed = () => this.#changed();
    this.#microphone = new LocalDevice(
      "microphone",
      (id) => this.#getTrack("audio", this.#audioConstraints(id)),
      changed,
    );
    this.#camera = new LocalDevice(
      "camera",
      (id) => this.#getTrack("video", this.#videoConstraints(id)),
      changed,
    );
    this.#view = this.#look(null);
  }

  /** What is open now. */
  get view(): LocalMediaView {
    return this.#view;
  }

  /** Calls `listener` after every change, at once. The function that comes back ends that. */
  subscribe(listener: (view: LocalMediaView) => void): () => void {
    return this.#views.subscribe(listener);
  }

  /**
   * Opens what is wanted, asking the person once. When both cannot be had, each is tried by itself, so that someone without a camera is
   * heard. Never rejects: the outcome is in the view that comes back.
   */
  async open(
    want: { microphone: boolean; camera: boolean },
  ): Promise<LocalMediaView> {
    if (
      want.microphone && want.camera &&
      this.#microphone.track === null && this.#camera.track === null
    ) {
      await this.#openBoth();
    } else {
      if (want.microphone) await this.#microphone.enable();
      if (want.camera) await this.#camera.enable();
    }
    return this.#view;
  }

  /** Opens the microphone, or ends its silence. Never rejects: see `view`. */
  enableMicrophone(): Promise<void> {
    return this.#microphone.enable();
  }

  /** Digital silence at once. The microphone stays open, so that `enableMicrophone` is instant. */
  disableMicrophone(): void {
    this.#microphone.disable();
  }

  /** Opens the camera. Never rejects: see `view`. */
  enableCamera(): Promise<void> {
    return this.#camera.enable();
  }

  /** Closes the camera: its light goes out. */
  disableCamera(): void {
    this.#camera.disable();
  }

  /** Uses another microphone, at once if one is open. undefined: the browser's choice. */
  chooseMicrophone(deviceId: string | undefined): Promise<void> {
    return this.#choose(this.#microphone, deviceId);
  }

  /** Uses another camera, at once if one is open. undefined: the browser's choice. */
  chooseCamera(deviceId: string | undefined): Promise<void> {
    return this.#choose(this.#camera, deviceId);
  }

  /** Closes both. They can be opened again. */
  close(): void {
    this.#microphone.close();
    this.#camera.close();
  }

  async #choose(device: LocalDevice, id: string | undefined): Promise<void> {
    const chosen = device.choose(id);
    this.#changed(); // The choice shows even when nothing is open.
    await chosen;
  }

  /** One question to the person for both devices; on any failure one for each. */
  async #openBoth(): Promise<void> {
    const both = this.#getStream({
      audio: this.#audioConstraints(this.#microphone.deviceId),
      video: this.#videoConstraints(this.#camera.deviceId),
    });
    // The second question must not come while the first is on the screen.
    let alone: Promise<unknown> = Promise.resolve();
    const part = (kind: "audio" | "video") => async () => {
      const stream = await both.catch(() => null);
      const track = stream?.getTracks().find((track) => track.kind === kind);
      if (track !== undefined) return track;
      const device = kind === "audio" ? this.#microphone : this.#camera;
      const own = alone.then(() =>
        this.#getTrack(
          kind,
          kind === "audio"
            ? this.#audioConstraints(device.deviceId)
            : this.#videoConstraints(device.deviceId),
        )
      );
      alone = own.catch(() => {});
      return await own;
    };
    await Promise.all([
      this.#microphone.openFrom(part("audio")),
      this.#camera.openFrom(part("video")),
    ]);
  }

  async #getTrack(
    kind: "audio" | "video",
    constraints: MediaTrackConstraints,
  ): Promise<MediaStreamTrack> {
    const stream = await this.#getStream({ [kind]: constraints });
    return stream.getTracks()[0];
  }

  async #getStream(
    constraints: MediaStreamConstraints,
  ): Promise<MediaStream> {
    if (this.#mediaDevices === undefined) throw new InsecurePage();
    return await this.#mediaDevices.getUserMedia(constraints);
  }

  #audioConstraints(deviceId: string | undefined): MediaTrackConstraints {
    return {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
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

  #changed(): void {
    this.#view = this.#look(this.#view);
    this.#views.emit(this.#view);
  }

  #look(before: LocalMediaView | null): LocalMediaView {
    return {
      microphone: this.#microphone.state,
      camera: this.#camera.state,
      audio: this.#stream(this.#microphone.track, before?.audio),
      video: this.#stream(this.#camera.track, before?.video),
      microphoneId: this.#microphone.deviceId,
      cameraId: this.#camera.deviceId,
    };
  }

  /** A stream of that track: the one there was, if it is of that track. */
  #stream(
    track: MediaStreamTrack | null,
    before: MediaStream | null | undefined,
  ): MediaStream | null {
    if (track === null) return null;
    if (before?.getTracks()[0] === track) return before;
    const Stream = this.#options.MediaStream ?? globalThis.MediaStream;
    return new Stream([track]);
  }
}

/** What a page without `navigator.mediaDevices` fails with; `mediaFailure` knows it by its name. */
class InsecurePage extends Error {
  override name = "InsecurePage";
}
