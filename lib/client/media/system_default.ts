/** The system's own choice of a microphone or camera. */

/**
 * The device that stands behind Chromium's entry `default`, whose name ends with that device's name; undefined where there is no such entry,
 * as in other browsers and for cameras. `default` itself is of no use to open the new one: while it is open it stays the old one.
 */
export function systemDefault(
  all: readonly MediaDeviceInfo[],
  kind: "microphone" | "camera",
): MediaDeviceInfo | undefined {
  const ofKind = all.filter((one) =>
    one.kind === (kind === "microphone" ? "audioinput" : "videoinput")
  );
  const entry = ofKind.find(({ deviceId }) => deviceId === "default");
  if (entry === undefined) return undefined;
  const real = ofKind.filter(({ deviceId }) =>
    deviceId !== "default" && deviceId !== "communications"
  );
  return real.find(({ label, groupId }) =>
    groupId === entry.groupId && entry.label.endsWith(label)
  ) ?? real.find(({ groupId }) => groupId === entry.groupId);
}
