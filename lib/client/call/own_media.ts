/** What this person sends into the call: their media, as far as the room and their role let them, and what others have switched off. */
import type { Clock } from "../../protocol/clock.ts";
import type { Role, TrackKind } from "../../protocol/messages.ts";
import type { RoomMedia } from "../../protocol/room.ts";
import type { LocalMedia } from "../media/local_media.ts";
import type { MediaTracks } from "../mesh/negotiation.ts";
import type { Stopped } from "./call_view.ts";

const KINDS: readonly TrackKind[] = ["audio", "video", "screen"];

/**
 * So long a muted microphone is sent on, as silence: the others' jitter buffers would draw out a last word that breaks off. Opus says after
 * 0.2 s that nothing follows (discontinuous transmission, RFC 7587 3.1.3).
 */
const SILENCE_SENT_MS = 1_000;

interface OwnMediaOptions {
  media: LocalMedia;
  clock: Clock;
  /** What the others get from now on. */
  setTracks(tracks: MediaTracks): void;
  /** What the others are told of it, at every change. */
  announce(kind: TrackKind, enabled: boolean): void;
  onChange(): void;
}

export class OwnMedia {
  readonly #options: OwnMediaOptions;
  readonly #announced = new Map<TrackKind, boolean>();
  readonly #stopped = new Map<TrackKind, Stopped["by"]>();
  #allowed: Record<TrackKind, boolean> = {
    audio: true,
    video: true,
    screen: true,
  };
  #ignoreMedia = () => {};
  /** A microphone that stays muted is sent to nobody: Chromium encodes silence more slowly than speech, and once for each of the others. */
  #isResting = false;
  #cancelRest: (() => void) | null = null;

  constructor(options: OwnMediaOptions) {
    this.#options = options;
  }

  /** What others have switched off, until it is on again, allowed again or dismissed. */
  get stopped(): readonly Stopped[] {
    return [...this.#stopped].map(([kind, by]) => ({ kind, by }));
  }

  /** Begins to send what is open. */
  start(): void {
    this.#ignoreMedia();
    this.#ignoreMedia = this.#options.media.subscribe(() => this.#changed());
    this.#changed();
  }

  /** Sends no change any more. */
  stop(): void {
    this.#ignoreMedia();
    this.#stayAwake();
  }

  /** This person switches something. What is not allowed stays off. Never rejects: the outcome is in the media's view. */
  async set(kind: TrackKind, on: boolean): Promise<void> {
    const { media } = this.#options;
    if (!on) return this.#switchOff(kind);
    if (!this.#allowed[kind]) return;
    if (kind === "audio") await media.enableMicrophone();
    else if (kind === "video") await media.enableCamera();
    else await media.shareScreen();
  }

  /** A host asks to switch something off. Switching on is never another's. */
  asked(kind: TrackKind): void {
    if (this.#status(kind) !== "on") return;
    this.#switchOff(kind);
    this.#stopped.set(kind, "host");
    this.#options.onChange();
  }

  /** This person has read that something was stopped. */
  dismiss(kind: TrackKind): void {
    if (this.#stopped.delete(kind)) this.#options.onChange();
  }

  /** What the room allows now, to somebody of that role. What is allowed again can be switched on, and is not by itself. */
  allow(role: Role, media: RoomMedia): void {
    for (const kind of KINDS) {
      const allowed = role !== "listener" && media[kind];
      if (allowed === this.#allowed[kind]) continue;
      this.#allowed[kind] = allowed;
      if (this.#stopped.get(kind) === "room") this.#stopped.delete(kind);
      this.#changed();
    }
  }

  #changed(): void {
    for (const kind of KINDS) this.#restrain(kind);
    const { microphone, camera, screen } = this.#options.media.view;
    if (microphone.status === "muted") this.#restSoon();
    else this.#stayAwake();
    const isSent = "track" in microphone && !this.#isResting;
    this.#options.setTracks({
      microphone: isSent ? microphone.track : null,
      camera: "track" in camera ? camera.track : null,
      screen: screen.status === "on" ? screen.video : null,
      screenAudio: screen.status === "on" ? screen.audio : null,
    });
    for (const kind of KINDS) {
      const enabled = this.#status(kind) === "on";
      if (enabled) this.#stopped.delete(kind);
      if (this.#announced.get(kind) === enabled) continue;
      this.#announced.set(kind, enabled);
      this.#options.announce(kind, enabled);
    }
    this.#options.onChange();
  }

  #restSoon(): void {
    this.#cancelRest ??= this.#options.clock.after(SILENCE_SENT_MS, () => {
      this.#isResting = true;
      this.#changed();
    });
  }

  #stayAwake(): void {
    this.#cancelRest?.();
    this.#cancelRest = null;
    this.#isResting = false;
  }

  /** Closes what is open and not allowed. */
  #restrain(kind: TrackKind): void {
    const status = this.#status(kind);
    if (this.#allowed[kind] || status === "off" || status === "failed") return;
    // A silent one is missed by nobody.
    if (status !== "muted") this.#stopped.set(kind, "room");
    if (kind === "audio") this.#options.media.closeMicrophone();
    else this.#switchOff(kind);
  }

  #switchOff(kind: TrackKind): void {
    const { media } = this.#options;
    if (kind === "audio") media.disableMicrophone();
    else if (kind === "video") media.disableCamera();
    else media.stopScreen();
  }

  #status(kind: TrackKind) {
    const { microphone, camera, screen } = this.#options.media.view;
    return { audio: microphone, video: camera, screen }[kind].status;
  }
}
