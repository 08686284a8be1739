/** Which device the sound comes out of. W3C Audio Output Devices. */
import {
  type MediaFailure,
  watchDevices,
  type WatchedDevices,
} from "./devices.ts";

/** Follows the chosen speaker as it is unplugged and plugged in again, and knows what to use while it cannot be used. */
export class Speaker {
  readonly #mediaDevices: WatchedDevices | undefined;
  readonly #changed: () => void;
  #chosen: string | undefined;
  #isMissing = false;
  #refusal: MediaFailure | null = null;
  /** The last device that could be used. */
  #last = "";
  #stopWatching = () => {};

  /** @param changed Called when anything that can be read here has changed. */
  constructor(mediaDevices: WatchedDevices | undefined, changed: () => void) {
    this.#mediaDevices = mediaDevices ?? globalThis.navigator?.mediaDevices;
    this.#changed = changed;
  }

  /** Whether the browser has `HTMLMediaElement.setSinkId`. */
  get canChoose(): boolean {
    return "setSinkId" in (globalThis.HTMLMediaElement?.prototype ?? {});
  }

  /** Undefined: the system's choice. */
  get chosen(): string | undefined {
    return this.#chosen;
  }

  /** It was chosen, and is not there. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** It was chosen and is there, and the browser would not use it. */
  get refusal(): MediaFailure | null {
    return this.#isMissing ? null : this.#refusal;
  }

  /** The device to use now; empty: the system's choice. */
  get deviceId(): string {
    if (this.#isMissing) return "";
    return this.#refusal === null ? this.#chosen ?? "" : this.#last;
  }

  /** Chromium's entry `default` is the system's choice, too. */
  choose(wanted: string | undefined): void {
    const deviceId = wanted === "default" ? undefined : wanted;
    if (deviceId === this.#chosen && this.#refusal === null) return;
    this.#stopWatching();
    this.#stopWatching = () => {};
    this.#chosen = deviceId;
    this.#isMissing = false;
    this.#refusal = null;
    this.#changed();
    if (deviceId === undefined) return;
    this.#stopWatching = watchDevices(({ speakers }) => {
      // A page that may not know the devices yet gets no names at all: then it is tried.
      const isMissing = speakers.length > 0 &&
        speakers.every((one) => one.deviceId !== deviceId);
      if (isMissing === this.#isMissing) return;
      this.#isMissing = isMissing;
      this.#refusal = null;
      this.#changed();
    }, this.#mediaDevices);
  }

  /** What came of using a device: null, or why it could not be used. */
  tried(deviceId: string, failure: MediaFailure | null): void {
    if (failure === null) {
      this.#last = deviceId;
      return;
    }
    if (deviceId === "") return;
    const isNews = deviceId === this.deviceId;
    if (deviceId === this.#last) this.#last = "";
    if (deviceId === this.#chosen) this.#refusal ??= failure;
    if (isNews) this.#changed();
  }

  /** What was refused may be allowed by now. */
  retry(): void {
    if (this.#refusal === null) return;
    this.#refusal = null;
    this.#changed();
  }

  close(): void {
    this.#stopWatching();
  }
}
