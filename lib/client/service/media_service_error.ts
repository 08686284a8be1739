/** What can fail in a `MediaService`. */
import type { MediaFailure } from "../media/devices.ts";

/** What a `MediaService` opens. */
export type MediaDeviceName = "microphone" | "camera" | "screen";

const MESSAGES = {
  "permission-denied": "The use of it was not allowed.",
  "no-device": "There is none.",
  "device-busy": "It is in use by another program.",
  "insecure-page": "Devices need HTTPS, or localhost.",
  "device-failed": "It could not be opened.",
  "device-off": "It is not on.",
  "cancelled": "It was switched off or closed before it was done.",
  "webrtc-missing": "This browser has no WebRTC.",
  "closed": "This service is closed.",
} as const;

/**
 * - `permission-denied`, `no-device`, `device-busy`, `insecure-page`, `device-failed`: `device` could not be opened.
 * - `device-off`: only what is on can be muted.
 * - `cancelled`: what was asked for was taken back before it was done, by a call or by the person.
 * - `webrtc-missing`: not in this browser.
 * - `closed`: not any more.
 */
export type MediaServiceErrorCode = keyof typeof MESSAGES;

/** Every failure of a `MediaService` that is not one of rooms (`RoomError`), of the server (`ProtocolError`) or on the way to it (`NetworkError`). */
export class MediaServiceError extends Error {
  /** Always `MediaServiceError`. */
  override name = "MediaServiceError";
  /** Why, for programs. `message` says it for people who program. */
  readonly code: MediaServiceErrorCode;
  /** What it is about; null: about none of them. */
  readonly device: MediaDeviceName | null;

  /**
   * Made by this library.
   *
   * @param code why.
   * @param device what it is about.
   */
  constructor(
    code: MediaServiceErrorCode,
    device: MediaDeviceName | null = null,
  ) {
    super(device === null ? MESSAGES[code] : `${device}: ${MESSAGES[code]}`);
    this.code = code;
    this.device = device;
  }
}

/** A device that could not be opened, as an error. */
export function deviceError(
  device: MediaDeviceName,
  failure: MediaFailure,
): MediaServiceError {
  const code = failure === "failed" ? "device-failed" : failure;
  return new MediaServiceError(code, device);
}
