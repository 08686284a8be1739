/** What people are told when their microphone or camera does not open. */
import type { MediaFailure } from "@/lib/client/devices.ts";
import type { LocalDeviceState } from "@/lib/client/local_device.ts";

/** What a microphone or camera that would not open means, and what to do. */
const MEDIA_MESSAGES: Record<MediaFailure, (device: Device) => string> = {
  "permission-denied": (device) =>
    `Your browser doesn't let this page use the ${device}. Allow it in the site settings beside the address bar, then try again.`,
  "no-device": (device) =>
    `No ${
      device.replace(" and ", " or ")
    } was found. Plug one in, then try again.`,
  "device-busy": (device) =>
    `Another program is using the ${device}. Close that program, then try again.`,
  "insecure-page": (device) =>
    `Browsers only give the ${device} to https pages. Open this address with https:// in front.`,
  "failed": (device) =>
    `The ${device} could not be started. Try again, or choose another one.`,
};

/** What people open for a call. */
export type Device = "microphone" | "camera" | "camera and microphone";

/** The words for a microphone or camera that would not open. */
export function mediaMessage(failure: MediaFailure, device: Device): string {
  return MEDIA_MESSAGES[failure](device);
}

/** What is wrong with the microphone and the camera: nothing, one sentence for the same trouble with both, or one for each. */
export function mediaMessages(
  microphone: LocalDeviceState,
  camera: LocalDeviceState,
): string[] {
  const one = microphone.status === "failed" ? microphone.failure : null;
  const other = camera.status === "failed" ? camera.failure : null;
  if (one !== null && one === other) {
    return [mediaMessage(one, "camera and microphone")];
  }
  const said: string[] = [];
  if (one !== null) said.push(mediaMessage(one, "microphone"));
  if (other !== null) said.push(mediaMessage(other, "camera"));
  return said;
}
