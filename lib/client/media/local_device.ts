/** The one microphone or camera that this page holds. */
import type { Clock } from "../../protocol/clock.ts";
import { DevicePermission } from "./device_permission.ts";
import { type MediaFailure, mediaFailure } from "./devices.ts";
import { systemDefault } from "./system_default.ts";

/** How a microphone or camera is now. */
export type LocalDeviceState =
  /** Closed: the system's light is off. */
  | { readonly status: "off" }
  /** Asked for; perhaps the browser is asking the person. */
  | { readonly status: "opening" }
  | { readonly status: "on"; readonly track: MediaStreamTrack }
  /** A microphone that is open but gives digital silence, to be back at once. A camera is never muted but closed. */
  | { readonly status: "muted"; readonly track: MediaStreamTrack }
  | { readonly status: "failed"; readonly failure: MediaFailure };

/** What has become of an open device without anybody's doing here. */
export type DeviceNotice =
  /** It was unplugged. The browser's choice stands in until it is plugged in again. `label` is empty where it was never seen. */
  | { readonly kind: "unplugged"; readonly label: string }
  /** Another was chosen and could not be opened. The one before is in use still. */
  | { readonly kind: "not-changed"; readonly failure: MediaFailure }
  /** The system sends nothing of it: a switch, a call on the same phone, a closed lid (`MediaStreamTrack.muted`). */
  | { readonly kind: "muted-by-system" };

/** Opens a track of one kind, from one device or from any. Rejects with getUserMedia's DOMException. */
export type OpenTrack = (deviceId?: string) => Promise<MediaStreamTrack>;

export interface LocalDeviceOptions {
  kind: "microphone" | "camera";
  open: OpenTrack;
  clock: Clock;
  permissions: Pick<Permissions, "query"> | undefined;
  /** Anything that can be read here has changed. */
  changed(): void;
}

/** So long the next device runs before it is used: the first moments of one are often silent or black. */
const WARM_UP_MS = 200;
/** So long the one before runs on: what is sent is exchanged in the background. */
const OVERLAP_MS = 200;

const MUTED_BY_SYSTEM: DeviceNotice = { kind: "muted-by-system" };

interface LostDevice {
  /** Empty where the system's choice was lost: that is followed anyway. */
  deviceId: string;
  label: string;
  wasMuted: boolean;
}

/** Switches one device on and off, and keeps it on while devices come and go. Owns its track, and stops it. */
export class LocalDevice {
  readonly #options: LocalDeviceOptions;
  readonly #permission: DevicePermission;
  #state: LocalDeviceState = { status: "off" };
  #chosen: string | undefined;
  /** The device to go back to when it is plugged in again. */
  #lost: LostDevice | null = null;
  #refusal: MediaFailure | null = null;
  /** The system's choice when it was last looked at. */
  #systemDefault: string | undefined;
  /** Counts what was asked for, so that a track that comes too late is known, and stopped. */
  #request = 0;
  #opening: Promise<void> = Promise.resolve();
  #isChanging = false;
  #listening = new AbortController();

  constructor(options: LocalDeviceOptions) {
    this.#options = options;
    this.#permission = new DevicePermission(
      options.kind,
      options.permissions,
      () => this.#fail("permission-denied"),
    );
  }

  get state(): LocalDeviceState {
    return this.#state;
  }

  /** The track while there is one, muted or not. */
  get track(): MediaStreamTrack | null {
    return "track" in this.#state ? this.#state.track : null;
  }

  /** The device that was chosen and is not missing; undefined: the browser's choice. */
  get deviceId(): string | undefined {
    return this.#lost === null ? this.#chosen : undefined;
  }

  get notice(): DeviceNotice | null {
    if (this.track === null) return null;
    if (this.track.muted) return MUTED_BY_SYSTEM;
    if (this.#refusal !== null) {
      return { kind: "not-changed", failure: this.#refusal };
    }
    return this.#lost && { kind: "unplugged", label: this.#lost.label };
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
    return this.openFrom(this.#options.open);
  }

  /** Silence at once for a microphone, which stays open; a camera is closed. */
  disable(): void {
    if (this.#options.kind === "microphone" && this.#state.status === "on") {
      this.#state.track.enabled = false;
      this.#become({ status: "muted", track: this.#state.track });
    } else if (this.#state.status !== "muted") this.close();
  }

  /**
   * Uses that device from now on; undefined, or Chromium's entry `default`: the browser's choice. One that is open is changed without a gap, and stays muted if it is. Where
   * that device cannot be opened, the one before stays, with a notice.
   */
  async choose(wanted: string | undefined): Promise<void> {
    // Held by that name the system's choice would not be followed: see `systemDefault`.
    const deviceId = wanted === "default" ? undefined : wanted;
    if (deviceId === this.deviceId) return;
    const before = this.#chosen;
    this.#chosen = deviceId;
    this.#refusal = null;
    if (this.track !== null) {
      const failure = await this.#change(deviceId);
      if (failure === null) return;
      this.#chosen = before;
      this.#refusal = failure;
      this.#options.changed();
    } else if (this.#state.status !== "off") {
      this.#lost = null;
      await this.openFrom(this.#options.open);
    }
  }

  /** Closes it. The light goes out. */
  close(): void {
    this.#release();
    this.#lost = null;
    this.#refusal = null;
    if (this.#state.status !== "off") this.#become({ status: "off" });
  }

  /** Takes the track that `open` gives, unless something else was asked for meanwhile. A chosen device that is missing is stood in for. */
  openFrom(open: OpenTrack, isMuted = false): Promise<void> {
    const request = ++this.#request;
    this.#become({ status: "opening" });
    this.#opening = (async () => {
      const chosen = this.deviceId;
      let isMissing = false;
      try {
        const track = await open(chosen).catch((error) => {
          isMissing = chosen !== undefined &&
            mediaFailure(error) === "no-device";
          if (!isMissing) throw error;
          return open();
        });
        if (request !== this.#request) return track.stop();
        if (isMissing) {
          this.#lost = { deviceId: chosen!, label: "", wasMuted: isMuted };
        }
        this.#take(track, isMuted);
      } catch (error) {
        if (request !== this.#request) return;
        this.#become({ status: "failed", failure: mediaFailure(error) });
      }
    })();
    return this.#opening;
  }

  /** Something was plugged in or out, or the system's own choice has changed. */
  devicesChanged(all: readonly MediaDeviceInfo[]): void {
    const systemChoice = systemDefault(all, this.#options.kind);
    const before = this.#systemDefault;
    this.#systemDefault = systemChoice?.deviceId;
    const lost = this.#lost;
    if (lost !== null && all.some((one) => one.deviceId === lost.deviceId)) {
      if (this.track !== null) this.#change(lost.deviceId);
      else if (this.#state.status === "failed") {
        this.#lost = null;
        this.openFrom(this.#options.open, lost.wasMuted);
      }
    } else if (
      this.#chosen === undefined && this.track?.readyState === "live" &&
      before !== undefined && systemChoice !== undefined &&
      systemChoice.deviceId !== before &&
      !this.track.label.endsWith(systemChoice.label)
    ) this.#follow(this.track, systemChoice.deviceId);
  }

  /** The system's choice has changed; perhaps because the last one was unplugged. */
  async #follow(last: MediaStreamTrack, deviceId: string): Promise<void> {
    const failure = await this.#change(deviceId);
    if (failure !== null || last.readyState === "live") return;
    this.#lost = lostOf(last, false);
    this.#options.changed();
  }

  /**
   * Exchanges the open track: the next is open before the last is closed. Gives why that failed, or null. Phones hold only one at a time:
   * where both cannot be had, the last is closed first.
   */
  async #change(deviceId: string | undefined): Promise<MediaFailure | null> {
    const { open, clock } = this.#options;
    const request = ++this.#request;
    const last = this.track!;
    const lastId = last.getSettings().deviceId;
    let failure: MediaFailure | null = null;
    this.#isChanging = true;
    try {
      let track: MediaStreamTrack;
      try {
        track = await open(deviceId);
        await new Promise<void>((done) => clock.after(WARM_UP_MS, done));
      } catch (error) {
        failure = mediaFailure(error);
        if (failure !== "device-busy" || request !== this.#request) throw error;
        last.stop();
        track = await open(deviceId).then((track) => {
          failure = null;
          return track;
        }, () => open(lastId));
      }
      if (request !== this.#request) {
        track.stop();
        return null;
      }
      if (failure === null) this.#lost = null;
      this.#take(track, this.#state.status === "muted");
      clock.after(OVERLAP_MS, () => last.stop());
    } catch (error) {
      if (request !== this.#request) return null;
      failure ??= mediaFailure(error);
    } finally {
      if (request === this.#request) this.#isChanging = false;
    }
    if (this.track?.readyState === "ended") this.#ended(this.track);
    return failure;
  }

  #take(track: MediaStreamTrack, isMuted: boolean): void {
    this.#listening.abort();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const { changed } = this.#options;
    track.addEventListener("ended", () => this.#ended(track), { signal });
    track.addEventListener("mute", changed, { signal });
    track.addEventListener("unmute", changed, { signal });
    this.#permission.watch();
    track.enabled = !isMuted;
    this.#become({ status: isMuted ? "muted" : "on", track });
  }

  /** The device was pulled out or the permission withdrawn (`ended` does not come after our own `stop`): the browser's choice is next. */
  async #ended(track: MediaStreamTrack): Promise<void> {
    if (this.track !== track || this.#isChanging) return;
    const request = this.#request;
    const isRevoked = await this.#permission.isRevoked();
    if (request !== this.#request || this.track !== track) return;
    if (isRevoked) return this.#fail("permission-denied");
    const wasMuted = this.#state.status === "muted";
    this.#lost ??= lostOf(track, wasMuted);
    await this.openFrom(this.#options.open, wasMuted);
  }

  #fail(failure: MediaFailure): void {
    if (this.#state.status === "off") return;
    this.#release();
    this.#lost = null;
    this.#become({ status: "failed", failure });
  }

  #release(): void {
    this.#request++;
    this.#isChanging = false;
    this.#listening.abort();
    this.#permission.ignore();
    this.track?.stop();
  }

  #become(state: LocalDeviceState): void {
    this.#state = state;
    this.#options.changed();
  }
}

function lostOf(track: MediaStreamTrack, wasMuted: boolean): LostDevice {
  const { deviceId = "" } = track.getSettings();
  return {
    deviceId: deviceId === "default" ? "" : deviceId,
    label: track.label,
    wasMuted,
  };
}
