import type { Device, DeviceList } from "@/lib/client/media/devices.ts";
import type {
  LocalMedia,
  LocalMediaView,
} from "@/lib/client/media/local_media.ts";
import { DEFAULT, withDefault } from "@/lib/ui/default_device.ts";

/** Chooses one of several microphones, cameras or speakers. */
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
        disabled={devices.length === 0}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {devices.length === 0 && <option>None found</option>}
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

interface OwnDevice {
  media: LocalMedia;
  local: LocalMediaView;
  devices: DeviceList;
}

export function MicrophonePicker({ media, local, devices }: OwnDevice) {
  return (
    <DevicePicker
      id="microphone"
      label="Microphone"
      devices={withDefault(
        devices.microphones,
        local.audio?.getTracks()[0]?.label,
      )}
      chosen={local.microphoneId ?? DEFAULT}
      onChoose={(id) => void media.chooseMicrophone(id)}
    />
  );
}

export function CameraPicker({ media, local, devices }: OwnDevice) {
  return (
    <DevicePicker
      id="camera"
      label="Camera"
      devices={devices.cameras}
      chosen={local.cameraId ?? deviceOf(local.video)}
      onChoose={(id) => void media.chooseCamera(id)}
    />
  );
}

/** The device that the browser chose. */
function deviceOf(stream: MediaStream | null): string | undefined {
  return stream?.getTracks()[0]?.getSettings().deviceId;
}
