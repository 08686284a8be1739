/** The one microphone or camera that this page holds. */
import { type MediaFailure, mediaFailure } from "./devices.ts";

export type LocalDeviceState =
  /** Closed: the system's light is off. */
  | { readonly status: "off" }
  /** Asked for; perhaps the browser is asking the person. */
  | { readonly status: "opening" }
  | { readonly status: "on"; readonly track: MediaStreamTrack }
  /** A microphone that is open but sends digital silence, to be back at once. A camera is never muted but closed. */
  | { readonly status: "muted"; readonly track: MediaStreamTrack }
  | { readonly status: "failed"; readonly failure: MediaFailure };

/** Opens a track of one kind, from one device or from any. Rejects with getUserMedia's DOMException. */
export type OpenTrack = (deviceId?: string) => Promise<MediaStreamTrack>;

/** Switches one device on and off. Owns its track, and stops it. */
export class LocalDevice {
  readonly #kind: "microphone" | "camera";
  readonly #open: OpenTrack;
  readonly #changed: () => void;
  #state: LocalDeviceState = { status: "off" };
  #deviceId: string | undefined;
  /** Counts what was asked for, so that a track that comes too late is known, and stopped. */
  #request = 0;
  #opening: Promise<void> = Promise.resolve();

  constructor(
    kind: "microphone" | "camera",
    open: OpenTrack,
    changed: () => void,
  ) {
    this.#kind = kind;
    this.#open = open;
    this.#changed = changed;
  }

  get state(): LocalDeviceState {
    return this.#state;
  }

  /** The track while there is one, muted or not. */
  get track(): MediaStreamTrack | null {
    return "track" in this.#state ? this.#state.track : null;
  }

  /** The device that was chosen; undefined: the browser's choice. */
  get deviceId(): string | undefined {
    return this.#deviceId;
  }

  /** Resolves when it is on, has failed or was switched off meanwhile; see `state`. */
  enable(): Promise<void> {
    if (this.#state.status === "on") return Promise.resolve();
    if (this.#state.status === "opening") return this.#opening;
    if (this.#state.status === "muted") {
      this.#state.track.enabled = true;
      this.#become({ status: "on", track: this.#state.track });
      return Promise.resolve();
    }
    return this.openFrom((deviceId) => this.#open(deviceId));
  }

  /** Silence at once for a microphone, which stays open; a camera is closed. */
  disable(): void {
    if (this.#kind === "microphone" && this.#state.status === "on") {
      this.#state.track.enabled = false;
      this.#become({ status: "muted", track: this.#state.track });
    } else if (this.#state.status !== "muted") this.close();
  }

  /** Uses that device from now on; undefined: the browser's choice. One that is on is changed at once, with a moment's gap. */
  async choose(deviceId: string | undefined): Promise<void> {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    const { status } = this.#state;
    if (status === "off") return;
    // Closed first: phones and some drivers cannot hold two at a time.
    this.close();
    await this.enable();
    if (status === "muted") this.disable();
  }

  /** Closes it. The light goes out. */
  close(): void {
    this.#request++;
    this.track?.stop();
    if (this.#state.status !== "off") this.#become({ status: "off" });
  }

  /** Takes the track that `open` gives, unless something else was asked for meanwhile. */
  openFrom(open: OpenTrack): Promise<void> {
    const request = ++this.#request;
    this.#become({ status: "opening" });
    this.#opening = (async () => {
      try {
        const track = await open(this.#deviceId);
        if (request !== this.#request) return track.stop();
        track.addEventListener("ended", () => this.#ended(track));
        this.#become({ status: "on", track });
      } catch (error) {
        if (request !== this.#request) return;
        this.#become({ status: "failed", failure: mediaFailure(error) });
      }
    })();
    return this.#opening;
  }

  /** The device was pulled out or the permission withdrawn (`ended` does not come after our own `stop`): the browser's choice is next. */
  async #ended(track: MediaStreamTrack): Promise<void> {
    if (this.track !== track) return;
    const wasMuted = this.#state.status === "muted";
    this.#deviceId = undefined;
    await this.openFrom(() => this.#open());
    if (wasMuted) this.disable();
  }

  #become(state: LocalDeviceState): void {
    this.#state = state;
    this.#changed();
  }
}
