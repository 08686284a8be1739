/** What people are told when their microphone or camera does not open. */
import type { MediaFailure } from "@/lib/client/media/devices.ts";
import type {
  DeviceNotice,
  LocalDeviceState,
} from "@/lib/client/media/local_device.ts";
import type { PlaybackView } from "@/lib/client/media/playback.ts";

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

/** What people use for a call. */
export type Device =
  | "microphone"
  | "camera"
  | "camera and microphone"
  | "speaker";

/** The words for one that could not be used. */
export function mediaMessage(failure: MediaFailure, device: Device): string {
  return MEDIA_MESSAGES[failure](device);
}

/** What the screen could not be shared for. */
export function screenMessage(failure: MediaFailure): string {
  return failure === "permission-denied"
    ? "Your system doesn't let the browser record the screen. Allow it in the system's privacy settings, then start the browser again."
    : "The screen could not be shared. Try again, or choose another window.";
}

/** What has become of an open microphone or camera, and what to do where something can be done. */
export function noticeMessage(
  notice: DeviceNotice,
  device: "microphone" | "camera",
): string {
  switch (notice.kind) {
    case "unplugged":
      return `${
        notice.label || `Your ${device}`
      } is not connected. Another ${device} is used until it is back.`;
    case "not-changed":
      return `${
        mediaMessage(notice.failure, device)
      } The one from before is still in use.`;
    case "muted-by-system":
      return `Your system has switched the ${device} off. Look for a switch on the device, or for another call.`;
  }
}

/** What has become of the speaker that was chosen; null when it is in use. */
export function speakerMessage(
  { speakerMissing, speakerRefusal }: Pick<
    PlaybackView,
    "speakerMissing" | "speakerRefusal"
  >,
): string | null {
  if (speakerMissing) {
    return "The speaker that you chose is not connected. Another speaker is used until it is back.";
  }
  return speakerRefusal &&
    `${
      mediaMessage(speakerRefusal, "speaker")
    } The one from before is still in use.`;
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
