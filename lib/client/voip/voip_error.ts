/** What can fail in a `VOIPService`. */
import type { MediaFailure } from "../media/devices.ts";

const MESSAGES = {
  "permission-denied": "The use of the microphone was not allowed.",
  "no-device": "There is no microphone.",
  "device-busy": "The microphone is in use by another program.",
  "insecure-page": "Microphones need HTTPS, or localhost.",
  "microphone-failed": "The microphone could not be opened.",
  "microphone-off": "The microphone is not on: call enableMicrophone first.",
  "cancelled": "It was switched off or closed before it was done.",
  "encryption-unsupported":
    "Encryption on top of DTLS-SRTP is not part of this version: leave enableAppLayerEncryption out.",
  "webrtc-missing": "This browser has no WebRTC.",
  "invalid-argument": "An argument has a value that it may not have.",
  "invalid-description": "The browser does not accept that description.",
  "invalid-candidate": "The browser does not accept that candidate.",
  "already-connected":
    "There is a connection already: call closeConnection first.",
  "no-connection": "There is no connection: call createConnection first.",
  "wrong-state": "That cannot be done at this point of the negotiation.",
  "not-manual": "With a signaling channel the service negotiates by itself.",
  "signaling-failed": "The signaling channel did not take a message.",
  "connection-failed":
    "No path to the other was found. A TURN server may be needed.",
  "closed": "This service is closed.",
} as const;

/**
 * - `permission-denied`, `no-device`, `device-busy`, `insecure-page`, `microphone-failed`: the microphone could not be opened.
 * - `microphone-off`, `already-connected`, `no-connection`, `wrong-state`, `not-manual`, `closed`: not now.
 * - `invalid-argument`, `invalid-description`, `invalid-candidate`: not like this; `cause` is the browser's own error.
 * - `encryption-unsupported`, `webrtc-missing`: not here.
 * - `signaling-failed`, `connection-failed`: the network. With a signaling channel the connection is tried on and on.
 * - `cancelled`: what was asked for was taken back before it was done.
 */
export type VOIPErrorCode = keyof typeof MESSAGES;

/** Every failure of a `VOIPService`, thrown or told by `onError`. Tell them apart by `code`. */
export class VOIPError extends Error {
  /** Always `VOIPError`. */
  override name = "VOIPError";
  /** Why, for programs. `message` says it for people who program. */
  readonly code: VOIPErrorCode;

  /** Made by this library. */
  constructor(
    code: VOIPErrorCode,
    options: { message?: string; cause?: unknown } = {},
  ) {
    super(options.message ?? MESSAGES[code], { cause: options.cause });
    this.code = code;
  }
}

/** A microphone that could not be opened, as an error. */
export function microphoneError(failure: MediaFailure): VOIPError {
  return new VOIPError(failure === "failed" ? "microphone-failed" : failure);
}
