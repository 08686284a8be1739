/** The screen, window or tab that this page shares, with its sound where the browser gives it. W3C Screen Capture. */
import { type MediaFailure, mediaFailure } from "./devices.ts";

/** How the sharing of a screen is now. */
export type LocalScreenState =
  | { readonly status: "off" }
  /** The browser is asking the person what to share. */
  | { readonly status: "opening" }
  | {
    readonly status: "on";
    readonly video: MediaStreamTrack;
    /** Null where the browser or the person gives no sound. */
    readonly audio: MediaStreamTrack | null;
  }
  /** The system or a policy said no. A person who changed their mind is no failure: that is `off`. */
  | { readonly status: "failed"; readonly failure: MediaFailure };

type ShareOptions = DisplayMediaStreamOptions & {
  systemAudio: "include" | "exclude";
  selfBrowserSurface: "include" | "exclude";
  surfaceSwitching: "include" | "exclude";
};

const OPTIONS: ShareOptions = {
  video: { frameRate: { ideal: 30, max: 30 } },
  // Sound that is heard is passed on as it is, but for the voices of this very call: the others would hear themselves.
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    restrictOwnAudio: true,
    // Who shares a film wants to hear it, too.
    suppressLocalAudioPlayback: false,
  } as MediaTrackConstraints,
  systemAudio: "include",
  // Sharing this page shows a corridor of mirrors.
  selfBrowserSurface: "exclude",
  surfaceSwitching: "include",
};

/** Browsers give one name to a person's no and to the system's; Chromium tells them apart by these words. */
const REFUSED_BY_SYSTEM = /system|policy/i;

/** Starts and stops sharing. Owns its tracks, and stops them. */
export class LocalScreen {
  readonly #mediaDevices: Partial<Pick<MediaDevices, "getDisplayMedia">>;
  readonly #changed: () => void;
  #state: LocalScreenState = { status: "off" };
  /** Counts what was asked for, so that an answer that comes too late is known. */
  #request = 0;
  #opening: Promise<void> = Promise.resolve();

  constructor(
    mediaDevices: Partial<Pick<MediaDevices, "getDisplayMedia">> | undefined,
    changed: () => void,
  ) {
    this.#mediaDevices = mediaDevices ?? {};
    this.#changed = changed;
  }

  get state(): LocalScreenState {
    return this.#state;
  }

  /** Whether this browser can share at all; those of phones cannot. */
  get isSupported(): boolean {
    return this.#mediaDevices.getDisplayMedia !== undefined;
  }

  /** Lets the person choose what to share. Only from a click. Resolves when it is on, has failed or was called off; see `state`. */
  share(): Promise<void> {
    const { status } = this.#state;
    if (status === "on") return Promise.resolve();
    if (status !== "opening") this.#opening = this.#share();
    return this.#opening;
  }

  /** Ends it at once. */
  stop(): void {
    this.#request++;
    if (this.#state.status === "on") {
      this.#state.video.stop();
      this.#state.audio?.stop();
    }
    if (this.#state.status !== "off") this.#become({ status: "off" });
  }

  async #share(): Promise<void> {
    const request = ++this.#request;
    this.#become({ status: "opening" });
    let stream: MediaStream;
    try {
      if (!this.isSupported) throw new DOMException("", "NotSupportedError");
      stream = await this.#mediaDevices.getDisplayMedia!(OPTIONS);
    } catch (error) {
      if (request === this.#request) this.#become(refused(error));
      return;
    }
    if (request === this.#request) this.#take(stream);
    else for (const track of stream.getTracks()) track.stop();
  }

  #take(stream: MediaStream): void {
    const [video] = stream.getVideoTracks();
    const audio = stream.getAudioTracks()[0] ?? null;
    // Sharp letters before smooth movement; music is not to be taken for noise. W3C MediaStreamTrack Content Hints.
    video.contentHint = "detail";
    // The browser's own "stop sharing" ends the picture; `ended` does not come after our own `stop`.
    video.addEventListener("ended", () => {
      if (this.#isOn(video)) this.stop();
    });
    if (audio !== null) {
      audio.contentHint = "music";
      audio.addEventListener("ended", () => {
        if (this.#isOn(video)) {
          this.#become({ status: "on", video, audio: null });
        }
      });
    }
    this.#become({ status: "on", video, audio });
  }

  #isOn(video: MediaStreamTrack): boolean {
    return this.#state.status === "on" && this.#state.video === video;
  }

  #become(state: LocalScreenState): void {
    this.#state = state;
    this.#changed();
  }
}

/** What a rejection of getDisplayMedia means. */
function refused(error: unknown): LocalScreenState {
  const changedMind = error instanceof Error &&
    error.name === "NotAllowedError" && !REFUSED_BY_SYSTEM.test(error.message);
  if (changedMind) return { status: "off" };
  return { status: "failed", failure: mediaFailure(error) };
}
