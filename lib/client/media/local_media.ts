/** This person's microphone, camera and shared screen. W3C Media Capture and Streams. */
import { type Clock, SYSTEM_CLOCK } from "../../protocol/clock.ts";
import { Emitter } from "../emitter.ts";
import { Capture } from "./capture.ts";
import type { WatchedDevices } from "./devices.ts";
import {
  type DeviceNotice,
  LocalDevice,
  type LocalDeviceState,
} from "./local_device.ts";
import { LocalScreen, type LocalScreenState } from "./local_screen.ts";

/** What is open at one moment. Never changed; a new object stands for a new state. */
export interface LocalMediaView {
  /** Of the one microphone. */
  microphone: LocalDeviceState;
  /** Of the one camera. */
  camera: LocalDeviceState;
  /** Of the shared screen, window or tab. */
  screen: LocalScreenState;
  /** Whether this browser can share a screen at all; those of phones cannot. */
  screenSupported: boolean;
  /** The microphone's sound, for a level meter; null without one. The same object while it is the same track. */
  audio: MediaStream | null;
  /** The camera's picture, for the self-view; null without one. The same object while it is the same track. */
  video: MediaStream | null;
  /** The shared screen's picture, for the own preview; likewise. */
  screenVideo: MediaStream | null;
  /** The devices that were chosen; undefined: the browser's choice. */
  microphoneId: string | undefined;
  /** Likewise. */
  cameraId: string | undefined;
  /** What has become of an open device without anybody's doing; null: nothing. */
  microphoneNotice: DeviceNotice | null;
  /** Likewise. */
  cameraNotice: DeviceNotice | null;
}

/** The part of `navigator.mediaDevices` that is needed; only `getUserMedia` must be there. */
type CaptureDevices =
  & Pick<MediaDevices, "getUserMedia">
  & Partial<Pick<MediaDevices, "getDisplayMedia"> & WatchedDevices>;

/** What a `LocalMedia` may be given. */
export interface LocalMediaOptions {
  /** Default `navigator.mediaDevices`, which is missing on insecure pages. */
  mediaDevices?: CaptureDevices;
  /** Default `navigator.permissions`. Browsers without it tell less. */
  permissions?: Pick<Permissions, "query">;
  /** In place of the browser's own. */
  MediaStream?: typeof MediaStream;
  /** Default: the system's. */
  clock?: Clock;
  /** Added to what is asked of every microphone, such as `{ echoCancellation: false }`. */
  audioConstraints?: MediaTrackConstraints;
  /** Added to what is asked of every camera. Default: 1280 x 720, 30 pictures a second, facing the person. */
  videoConstraints?: MediaTrackConstraints;
}

/** Opens the microphone, the camera and the screen, each with its own outcome, and closes what it opened. */
export class LocalMedia {
  readonly #options: LocalMediaOptions;
  readonly #mediaDevices: CaptureDevices | undefined;
  readonly #capture: Capture;
  readonly #views = new Emitter<LocalMediaView>();
  readonly #microphone: LocalDevice;
  readonly #camera: LocalDevice;
  readonly #screen: LocalScreen;
  #view: LocalMediaView;
  #isWatching = false;

  /** Nothing is opened by that. */
  constructor(options: LocalMediaOptions = {}) {
    this.#options = options;
    this.#mediaDevices = options.mediaDevices ??
      globalThis.navigator?.mediaDevices;
    this.#capture = new Capture({
      ...options,
      mediaDevices: this.#mediaDevices,
    });
    const changed = () => this.#changed();
    const shared = {
      clock: options.clock ?? SYSTEM_CLOCK,
      permissions: options.permissions ?? globalThis.navigator?.permissions,
      changed,
    };
    this.#microphone = new LocalDevice({
      ...shared,
      kind: "microphone",
      open: (id) => this.#capture.openMicrophone(id),
    });
    this.#camera = new LocalDevice({
      ...shared,
      kind: "camera",
      open: (id) => this.#capture.openCamera(id),
    });
    this.#screen = new LocalScreen(this.#mediaDevices, changed);
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
      const both = this.#capture.openBoth(
        this.#microphone.deviceId,
        this.#camera.deviceId,
      );
      await Promise.all([
        this.#microphone.openFrom(both.microphone),
        this.#camera.openFrom(both.camera),
      ]);
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

  /** Closes the microphone: the system's light goes out. */
  closeMicrophone(): void {
    this.#microphone.close();
  }

  /** Opens the camera. Never rejects: see `view`. */
  enableCamera(): Promise<void> {
    return this.#camera.enable();
  }

  /** Closes the camera: its light goes out. */
  disableCamera(): void {
    this.#camera.disable();
  }

  /** Uses another microphone, at once if one is open. undefined or `default`: the browser's choice. */
  chooseMicrophone(deviceId: string | undefined): Promise<void> {
    return this.#choose(this.#microphone, deviceId);
  }

  /** Uses another camera, at once if one is open. undefined: the browser's choice. */
  chooseCamera(deviceId: string | undefined): Promise<void> {
    return this.#choose(this.#camera, deviceId);
  }

  /**
   * Lets the person choose a screen, window or tab to share, with its sound where the browser gives it. Only from a click. Never rejects: see
   * `view`. Who changes their mind, or ends it by the browser's own button, leaves it `off`.
   */
  shareScreen(): Promise<void> {
    return this.#screen.share();
  }

  /** Shares nothing any more. */
  stopScreen(): void {
    this.#screen.stop();
  }

  /** Closes everything. It can be opened again. */
  close(): void {
    this.#microphone.close();
    this.#camera.close();
    this.#screen.stop();
  }

  async #choose(device: LocalDevice, id: string | undefined): Promise<void> {
    const chosen = device.choose(id);
    this.#changed(); // The choice shows even when nothing is open.
    await chosen;
  }

  #changed(): void {
    const before = this.#view;
    this.#view = this.#look(before);
    this.#watch(before);
    this.#views.emit(this.#view);
  }

  /** While something is open, devices may come and go. */
  #watch(before: LocalMediaView): void {
    const { microphone, camera, audio, video } = this.#view;
    const isOpen = microphone.status !== "off" || camera.status !== "off";
    if (isOpen !== this.#isWatching) {
      this.#isWatching = isOpen;
      if (isOpen) {
        this.#mediaDevices?.addEventListener?.("devicechange", this.#tell);
      } else {
        this.#mediaDevices?.removeEventListener?.("devicechange", this.#tell);
      }
    }
    // The devices have no names before one is open.
    const isNew = audio !== before.audio || video !== before.video;
    if (isNew && isOpen) this.#tell();
  }

  readonly #tell = async () => {
    const all = await this.#mediaDevices?.enumerateDevices?.().catch(() => []);
    if (all === undefined || !this.#isWatching) return;
    this.#microphone.devicesChanged(all);
    this.#camera.devicesChanged(all);
  };

  #look(before: LocalMediaView | null): LocalMediaView {
    const screen = this.#screen.state;
    return {
      microphone: this.#microphone.state,
      camera: this.#camera.state,
      screen,
      screenSupported: this.#screen.isSupported,
      audio: this.#stream(this.#microphone.track, before?.audio),
      video: this.#stream(this.#camera.track, before?.video),
      screenVideo: this.#stream(
        screen.status === "on" ? screen.video : null,
        before?.screenVideo,
      ),
      microphoneId: this.#microphone.deviceId,
      cameraId: this.#camera.deviceId,
      microphoneNotice: this.#microphone.notice,
      cameraNotice: this.#camera.notice,
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
