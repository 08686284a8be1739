import { useState } from "preact/hooks";
import type { Device } from "@/lib/client/media/devices.ts";
import { DEFAULT, withDefault } from "@/lib/ui/default_device.ts";
import { keepSound, keptSound } from "@/lib/ui/storage.ts";
import { playTestSound } from "@/lib/ui/test_sound.ts";
import { DevicePicker } from "@/components/DevicePicker.tsx";
import { Icon } from "@/components/Icon.tsx";

/** Chooses where sound comes out, and lets it be heard. */
export function SpeakerPicker(
  { devices, chosen, volume, onChoose }: {
    devices: readonly Device[];
    /** Undefined: the system's choice. */
    chosen: string | undefined;
    /** Of the test, 0 to 100 percent. */
    volume: number;
    onChoose: (deviceId: string | undefined) => void;
  },
) {
  const [playing, setPlaying] = useState(false);
  async function test() {
    setPlaying(true);
    await playTestSound(chosen, volume);
    setPlaying(false);
  }
  return (
    <div class="speaker-picker">
      {canChoose() && devices.length > 0 && (
        <DevicePicker
          id="speaker"
          label="Speaker"
          devices={withDefault(devices)}
          chosen={chosen ?? DEFAULT}
          onChoose={(id) => onChoose(id === DEFAULT ? undefined : id)}
        />
      )}
      <button type="button" class="button" disabled={playing} onClick={test}>
        <Icon name="speaker" />
        Test
      </button>
    </div>
  );
}

/** The same before a call, which will be played as is chosen here. */
export function LobbySpeakerPicker(
  { devices }: { devices: readonly Device[] },
) {
  const [sound, setSound] = useState(keptSound);
  return (
    <SpeakerPicker
      devices={devices}
      chosen={sound.speakerId}
      volume={sound.masterVolume}
      onChoose={(speakerId) => {
        const chosen = { ...sound, speakerId };
        keepSound(chosen);
        setSound(chosen);
      }}
    />
  );
}

/** Not every browser lets a page say where its sound comes out. */
function canChoose(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}
