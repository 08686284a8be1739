import { useEffect, useState } from "preact/hooks";
import { NO_DEVICES, watchDevices } from "@/lib/client/media/devices.ts";
import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { Dialog } from "@/components/Dialog.tsx";
import { CameraPicker, MicrophonePicker } from "@/components/DevicePicker.tsx";
import { LevelMeter } from "@/components/LevelMeter.tsx";
import { Slider } from "@/components/Slider.tsx";
import { SpeakerPicker } from "@/components/SpeakerPicker.tsx";

/** Microphone, speaker and camera, in the middle of a call. */
export function SettingsDialog(
  { live, page, onClose }: {
    live: LiveCall;
    page: CallPage;
    onClose: () => void;
  },
) {
  const [devices, setDevices] = useState(NO_DEVICES);
  useEffect(() => watchDevices(setDevices), []);
  const local = live.local.value;
  const { media } = live.entry;
  const { playback } = live;
  const { masterVolume, speakerInUse } = live.playbackView.value;
  return (
    <Dialog title="Settings" onClose={onClose}>
      <fieldset class="settings">
        <legend>Microphone</legend>
        <MicrophonePicker media={media} local={local} devices={devices} />
        <LevelMeter stream={local.audio} />
        {local.microphone.status === "muted" && (
          <p class="hint">You are muted: nobody hears you.</p>
        )}
      </fieldset>
      <fieldset class="settings">
        <legend>Speaker</legend>
        <SpeakerPicker
          devices={devices.speakers}
          chosen={speakerInUse || undefined}
          volume={masterVolume}
          onChoose={(id) => playback.chooseSpeaker(id)}
        />
        <Slider
          label="Volume of everyone"
          max={100}
          value={masterVolume}
          onChange={(volume) => playback.setMasterVolume(volume)}
        />
      </fieldset>
      <fieldset class="settings">
        <legend>Camera</legend>
        <CameraPicker media={media} local={local} devices={devices} />
        <label class="check">
          <input
            type="checkbox"
            checked={page.mirrored.value}
            onChange={(event) =>
              page.mirrored.value = event.currentTarget.checked}
          />
          Show me my own picture as in a mirror
        </label>
      </fieldset>
    </Dialog>
  );
}
