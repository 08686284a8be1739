/** The microphones, cameras and speakers of this machine, and the ways in which opening one fails. W3C Media Capture and Streams, 9 and 10. */

/**
 * - `permission-denied`: the person or a policy said no.
 * - `no-device`: there is none, or the one that was in use has gone.
 * - `device-busy`: another program holds it, or the system cannot start it.
 * - `insecure-page`: not HTTPS and not localhost, so the browser offers no devices at all.
 * - `failed`: anything else.
 */
export type MediaFailure =
  | "permission-denied"
  | "no-device"
  | "device-busy"
  | "insecure-page"
  | "failed";

const FAILURES: Record<string, MediaFailure> = {
  NotAllowedError: "permission-denied",
  PermissionDeniedError: "permission-denied", // Chromium before 2018, some WebViews
  SecurityError: "permission-denied",
  NotFoundError: "no-device",
  DevicesNotFoundError: "no-device",
  OverconstrainedError: "no-device",
  NotReadableError: "device-busy",
  TrackStartError: "device-busy",
  AbortError: "device-busy",
  InsecurePage: "insecure-page", // our own, for pages without navigator.mediaDevices
};

/** What a rejection of getUserMedia means, by the name of its DOMException. */
export function mediaFailure(error: unknown): MediaFailure {
  const name = error instanceof Error ? error.name : "";
  return Object.hasOwn(FAILURES, name) ? FAILURES[name] : "failed";
}

/** One that can be chosen. */
export interface Device {
  /** Of this browser and site (W3C Media Capture 9.2.1). */
  deviceId: string;
  /** Empty until the person has allowed the use of one. */
  label: string;
}

/** The devices of this machine at one moment. */
export interface DeviceList {
  /** Empty until the person has allowed the use of one. */
  microphones: readonly Device[];
  /** Likewise. */
  cameras: readonly Device[];
  /** Empty in browsers that cannot choose (`HTMLMediaElement.setSinkId`). */
  speakers: readonly Device[];
}

/** What there is before anything is known. */
export const NO_DEVICES: DeviceList = {
  microphones: [],
  cameras: [],
  speakers: [],
};

/** What there is now. Empty where the page may not ask. Never rejects. */
export async function listDevices(
  mediaDevices: Pick<MediaDevices, "enumerateDevices"> | undefined = globalThis
    .navigator?.mediaDevices,
): Promise<DeviceList> {
  let all: MediaDeviceInfo[];
  try {
    all = await mediaDevices?.enumerateDevices() ?? [];
  } catch {
    all = [];
  }
  const ofKind = (kind: MediaDeviceKind) =>
    all
      // Before permission is given there is one entry without an id per kind: nothing that could be chosen.
      .filter((device) => device.kind === kind && device.deviceId !== "")
      .map(({ deviceId, label }) => ({ deviceId, label }));
  return {
    microphones: ofKind("audioinput"),
    cameras: ofKind("videoinput"),
    speakers: ofKind("audiooutput"),
  };
}

/** The part of `navigator.mediaDevices` that tells which devices there are. */
export type WatchedDevices = Pick<
  MediaDevices,
  "enumerateDevices" | "addEventListener" | "removeEventListener"
>;

/** Calls `listener` with the list now and after every change. The function that comes back ends that. */
export function watchDevices(
  listener: (list: DeviceList) => void,
  mediaDevices: WatchedDevices | undefined = globalThis.navigator?.mediaDevices,
): () => void {
  let ended = false;
  const tell = async () => {
    const list = await listDevices(mediaDevices);
    if (!ended) listener(list);
  };
  mediaDevices?.addEventListener("devicechange", tell);
  tell();
  return () => {
    ended = true;
    mediaDevices?.removeEventListener("devicechange", tell);
  };
}
