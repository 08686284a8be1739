/** DTLS roles in SDP: RFC 8842. */
import type { Description } from "./peer_signal.ts";

export type DtlsRole = "active" | "passive";

/** Every line of a description that names a role. */
const SETUP = /a=setup:\w+/g;

/** The other side's role after the first answer, whoever gave it: the offer had left it open. */
export function otherRole(pc: RTCPeerConnection): DtlsRole | null {
  const { currentLocalDescription: mine, currentRemoteDescription: theirs } =
    pc;
  const answer = theirs?.type === "answer" ? theirs : mine;
  const role = /a=setup:(active|passive)/.exec(answer?.sdp ?? "")?.[1];
  if (role === undefined) return null;
  return (role === "active") === (answer === theirs) ? "active" : "passive";
}

/**
 * An answer with the role that the other side has had since the first one. Roles do not change without a new association (RFC 8842, 5.5),
 * but Firefox answers every later offer as `active`, and Chromium then refuses the answer.
 */
export function inRole(
  answer: Description,
  role: DtlsRole | null,
): Description {
  if (role === null) return answer;
  return { ...answer, sdp: answer.sdp.replace(SETUP, `a=setup:${role}`) };
}
