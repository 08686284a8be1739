import type { Device } from "@/lib/client/devices.ts";

/** Chooses one of several microphones or cameras. */
export function DevicePicker(
  { id, label, devices, chosen, onChoose }: {
    id: string;
    label: string;
    devices: readonly Device[];
    chosen: string | undefined;
    onChoose: (deviceId: string) => void;
  },
) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={chosen}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {devices.map((device, index) => (
          <option
            key={device.deviceId}
            value={device.deviceId}
            selected={device.deviceId === chosen}
          >
            {device.label || `${label} ${index + 1}`}
          </option>
        ))}
      </select>
    </div>
  );
}
