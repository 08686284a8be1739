import { FakeTrack } from "./media.ts";
import { FakeSender } from "./rtp_sender.ts";
import { isSending } from "./sdp.ts";

/** An RTCRtpTransceiver: W3C WebRTC 5.4. */
export class FakeTransceiver {
  /** Of its m-line; null while it has none. */
  mid: string | null = null;
  /** As last negotiated. */
  currentDirection: RTCRtpTransceiverDirection | null = null;
  /** `stop` was called; the other end does not know yet. */
  isStopping = false;
  /** Made by a remote offer that is not yet answered: a rollback takes it away. */
  isProvisional = false;
  readonly sender: FakeSender;
  readonly receiver: { track: FakeTrack };
  readonly #onChange: () => void;
  #direction: RTCRtpTransceiverDirection;

  /** @param onChange There may be something to negotiate. */
  constructor(
    kind: "audio" | "video",
    direction: RTCRtpTransceiverDirection,
    assertOpen: () => void,
    onChange: () => void,
  ) {
    this.sender = new FakeSender(kind, assertOpen);
    this.receiver = { track: new FakeTrack(kind) };
    this.#direction = direction;
    this.#onChange = onChange;
  }

  get kind(): "audio" | "video" {
    return this.receiver.track.kind;
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.isStopping ? "stopped" : this.#direction;
  }
  set direction(direction: RTCRtpTransceiverDirection) {
    if (this.isStopping) throw new DOMException("stopped", "InvalidStateError");
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.#onChange();
  }

  /** An offer of that direction was taken back, by another's: what it would have begun to send is forgotten. */
  takeBack(offered: RTCRtpTransceiverDirection): void {
    const before = this.currentDirection;
    if (this.kind === "audio" || before === null) return;
    if (!isSending(before) && isSending(offered)) this.sender.forget();
  }

  stop(): void {
    if (this.isStopping) return;
    this.end();
    this.#onChange();
  }

  /** It was stopped, here or at the other end. */
  end(): void {
    this.isStopping = true;
    this.sender.track = null;
    this.receiver.track.end();
  }
}
