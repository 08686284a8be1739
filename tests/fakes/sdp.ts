/** What stands in for SDP: the little of it that the fakes need, as JSON. */
export interface Sdp {
  ufrag: string;
  setup: "actpass" | "active";
  /** Those that were found by the time it was read. */
  candidates?: RTCIceCandidateInit[];
  /** The m-lines, in their order. */
  sections: Section[];
}

export interface Section {
  mid: string;
  kind: "audio" | "video" | "application";
  /** As its writer sees it. */
  direction: RTCRtpTransceiverDirection;
  isRejected: boolean;
}

/** With the lines that name the DTLS role where programs look for them. */
export function writeSdp(sdp: Sdp): string {
  return JSON.stringify({ ...sdp, setup: `a=setup:${sdp.setup}` });
}

/** @throws {DOMException} `OperationError`: it is none (W3C WebRTC 4.4.1.5). */
export function readSdp(text: string): Sdp {
  try {
    const sdp = JSON.parse(text);
    if (!Array.isArray(sdp.sections)) throw new TypeError("no sections");
    return { ...sdp, setup: sdp.setup.replace("a=setup:", "") };
  } catch (cause) {
    throw new DOMException(`not SDP: ${cause}`, "OperationError");
  }
}

/** The same as the other end sees it. */
export function reversed(
  direction: RTCRtpTransceiverDirection,
): RTCRtpTransceiverDirection {
  if (direction === "sendonly") return "recvonly";
  return direction === "recvonly" ? "sendonly" : direction;
}

/** What both allow (RFC 3264, 6.1), as the same end sees it. */
export function intersection(
  one: RTCRtpTransceiverDirection,
  other: RTCRtpTransceiverDirection,
): RTCRtpTransceiverDirection {
  const sends = isSending(one) && isSending(other);
  const receives = isSending(reversed(one)) && isSending(reversed(other));
  if (sends) return receives ? "sendrecv" : "sendonly";
  return receives ? "recvonly" : "inactive";
}

export function isSending(direction: RTCRtpTransceiverDirection): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}
