/** The system's own choice of a microphone or speaker, as one more device to choose. */
import type { Device } from "@/lib/client/media/devices.ts";

/** Its id, as Chromium calls it. Choosing it means: none of these, but what the system chooses, now and later. */
export const DEFAULT = "default";

/**
 * The devices, with the system's choice first. Chromium lists it, and says what it is just now.
 *
 * @param inUse What stands behind it, for browsers that do not say so; empty or undefined where that is not known.
 */
export function withDefault(
  devices: readonly Device[],
  inUse?: string,
): readonly Device[] {
  if (devices.length === 0) return devices;
  const listed = devices.find(({ deviceId }) => deviceId === DEFAULT);
  const label = listed?.label ||
    (inUse ? `System default (${inUse})` : "System default");
  return [
    { deviceId: DEFAULT, label },
    ...devices.filter((device) => device !== listed),
  ];
}
