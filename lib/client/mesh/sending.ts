/** How much of each track goes to one other person: the policy, put into the parameters of that pair's senders. */
import {
  cameraCap,
  LEVELS,
  MICROPHONE_KBPS,
  type PictureCap,
  screenAudioKbps,
  screenCap,
  type Shown,
  shownByDefault,
} from "./bitrate_policy.ts";
import { MEDIA, type MediaName } from "./negotiation.ts";
import { SenderCap, type WantedEncoding } from "./sender_cap.ts";

export interface SendingOptions {
  /** What sends that track just now, if anything does; another one after each rebuilding. */
  sender(name: MediaName): RTCRtpSender | undefined;
  /** What there is to send. */
  track(name: MediaName): MediaStreamTrack | null;
}

export class Sending {
  readonly #options: SendingOptions;
  /** A rebuilt connection has new senders. */
  readonly #caps = new WeakMap<RTCRtpSender, SenderCap>();
  #others = 1;
  #shown: Shown | null = null;
  #level = 0;
  #isConnected = false;

  constructor(options: SendingOptions) {
    this.#options = options;
  }

  /** How many people get this page's pictures. From 1. */
  setOthers(others: number): void {
    this.#others = others;
    this.apply();
  }

  /** What the other page shows of this member. */
  setShown(shown: Shown): void {
    this.#shown = shown;
    this.apply();
  }

  /** How much the line takes: an index of `LEVELS`. */
  setLevel(level: number): void {
    this.#level = level;
    this.apply();
  }

  /** Whether there is a path. A new one has new senders. */
  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.apply();
  }

  /** What there is to send, and would be if the line took it. */
  get sends(): { camera: boolean; screen: boolean } {
    const { camera, screen } = this.#visible;
    const { track } = this.#options;
    return {
      camera: camera !== "none" && track("camera") !== null,
      screen: screen && track("screen") !== null,
    };
  }

  /** To be called when a track or a sender is another. */
  apply(): void {
    // Without a path the senders carry nothing, and asking for their parameters would hold it up.
    if (!this.#isConnected) return;
    for (const { name } of MEDIA) {
      const sender = this.#options.sender(name);
      if (sender === undefined) continue;
      const cap = this.#caps.get(sender) ?? new SenderCap(sender);
      this.#caps.set(sender, cap);
      cap.set(this.#wanted(name, this.#options.track(name)));
    }
  }

  get #visible(): Shown {
    return this.#shown ?? shownByDefault(this.#others);
  }

  #wanted(name: MediaName, track: MediaStreamTrack | null): WantedEncoding {
    const share = LEVELS[this.#level];
    const { camera, screen } = this.#visible;
    switch (name) {
      case "microphone":
        return sound(MICROPHONE_KBPS);
      case "screenAudio":
        return sound(screenAudioKbps(this.#others));
      case "camera":
        return picture(cameraCap(camera, this.#others), share.camera, track);
      case "screen": {
        const cap = screen ? screenCap(this.#others) : null;
        return {
          ...picture(cap, share.screen, track),
          // Text that is late can be read, text that is blurred cannot.
          degradationPreference: "maintain-resolution",
        };
      }
    }
  }
}

/** Ahead of pictures, in this browser's own queue and, where routers heed it, in theirs (RFC 8837). */
function sound(kbps: number): WantedEncoding {
  return {
    maxBitrate: kbps * 1_000,
    priority: "high",
    networkPriority: "high",
  };
}

/** @param share of the bitrate, 0 to 1. */
function picture(
  cap: PictureCap | null,
  share: number,
  track: MediaStreamTrack | null,
): WantedEncoding {
  if (cap === null || share === 0) return { active: false };
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  const lines = Math.min(width, height);
  return {
    active: true,
    maxBitrate: cap.kbps * share * 1_000,
    maxFramerate: cap.framesPerSecond,
    scaleResolutionDownBy: Math.max(1, lines / (cap.lines ?? Infinity)),
  };
}
