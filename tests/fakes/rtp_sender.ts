import type { FakeTrack } from "./media.ts";

/** An RTCRtpSender with one encoding: W3C WebRTC 5.2. Parameters may be set once after each time they were got, and not by two at a time. */
export class FakeSender {
  track: FakeTrack | null = null;
  /** Fails that many of the next changes. */
  failures = 0;
  /** Changes that were made. */
  changes = 0;
  /** None before the first negotiation, as in some browsers. */
  hasEncodings = true;
  /**
   * What Chromium 153 makes of a picture that an offer would have begun to send, and that was taken back. A track `until described` ends the
   * page; without one `until given` anew nothing is sent.
   */
  lapse: "until described" | "until given" | "page ended" | null = null;
  #encoding: RTCRtpEncodingParameters = { active: true };
  #degradationPreference?: RTCDegradationPreference;
  #transaction = 0;
  #got: string | null = null;

  constructor(
    readonly kind: "audio" | "video",
    readonly assertOpen: () => void = () => {},
  ) {}

  /** What is in force. */
  get encoding(): RTCRtpEncodingParameters {
    return this.#encoding;
  }
  get degradationPreference(): RTCDegradationPreference | undefined {
    return this.#degradationPreference;
  }

  async replaceTrack(track: FakeTrack | null): Promise<void> {
    if (this.lapse === "until given") this.lapse = null;
    if (this.lapse === "until described" && track) this.lapse = "page ended";
    await null;
    this.assertOpen();
    if (track && track.kind !== this.kind) throw new TypeError("wrong kind");
    this.track = track;
  }

  /** An offer that would have begun to send was taken back. */
  forget(): void {
    this.lapse ??= "until described";
  }

  /** An own description was set. */
  described(): void {
    if (this.lapse === "until described") this.lapse = "until given";
  }

  getParameters(): RTCRtpSendParameters {
    this.#got = String(++this.#transaction);
    return {
      transactionId: this.#got,
      encodings: this.hasEncodings ? [{ ...this.#encoding }] : [],
      degradationPreference: this.#degradationPreference,
      codecs: [],
      headerExtensions: [],
      rtcp: {},
    };
  }

  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    if (parameters.transactionId !== this.#got) {
      throw new DOMException("stale", "InvalidStateError");
    }
    this.#got = null;
    await null;
    if (parameters.encodings.length !== Number(this.hasEncodings)) {
      throw new DOMException("encodings", "InvalidModificationError");
    }
    if (this.failures > 0) {
      this.failures--;
      throw new DOMException("fake", "InvalidModificationError");
    }
    this.changes++;
    this.#encoding = parameters.encodings[0];
    this.#degradationPreference = parameters.degradationPreference;
  }
}
