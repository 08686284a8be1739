import type { DeviceList } from "@/lib/client/media/devices.ts";
import type {
  LocalMedia,
  LocalMediaView,
} from "@/lib/client/media/local_media.ts";
import { mediaMessages } from "@/lib/ui/media_messages.ts";
import { Avatar } from "@/components/Avatar.tsx";
import { CameraPicker, MicrophonePicker } from "@/components/DevicePicker.tsx";
import { Icon } from "@/components/Icon.tsx";
import { LevelMeter } from "@/components/LevelMeter.tsx";
import { LobbySpeakerPicker } from "@/components/SpeakerPicker.tsx";
import { Video } from "@/components/Video.tsx";

/** What the others would see and hear, before anyone does. */
export function LobbyPreview(
  { name, media, local, devices, wanted }: {
    name: string;
    /** Null until the page has come to life. */
    media: LocalMedia | null;
    local: LocalMediaView | null;
    devices: DeviceList;
    wanted: { microphone: boolean; camera: boolean };
  },
) {
  const microphone = local?.microphone.status ?? "off";
  const camera = local?.camera.status ?? "off";
  const open = local?.audio || local?.video;
  const opening = microphone === "opening" || camera === "opening";
  return (
    <section class="preview" aria-label="Your camera and microphone">
      <div class="preview-tile">
        {local?.video
          ? <Video stream={local.video} mirrored label="Your camera" />
          : name
          ? <Avatar name={name} />
          : <Icon name="camera-off" />}
        {wanted.microphone && local?.audio && (
          <LevelMeter stream={local.audio} />
        )}
        <div class="preview-buttons">
          {open
            ? (
              <button
                type="button"
                class="button small"
                onClick={() => media?.close()}
              >
                Turn off
              </button>
            )
            : (
              <button
                type="button"
                class="button small"
                disabled={media === null || opening}
                onClick={() => void media?.open(wanted)}
              >
                <Icon name={wanted.camera ? "camera" : "microphone"} />
                {opening ? "Starting…" : checkLabel(wanted)}
              </button>
            )}
        </div>
      </div>
      <div role="status" class="preview-problems">
        {local &&
          mediaMessages(local.microphone, local.camera).map((text) => (
            <p key={text} class="problem">
              <Icon name="alert" />
              <span>{text}</span>
            </p>
          ))}
        {microphone === "failed" && (
          <p class="hint">
            You can join all the same, with neither, and see and hear the
            others.
          </p>
        )}
      </div>
      {local && open && (
        <div class="pickers">
          {local.audio && devices.microphones.length > 1 && (
            <MicrophonePicker media={media!} local={local} devices={devices} />
          )}
          {local.video && devices.cameras.length > 1 && (
            <CameraPicker media={media!} local={local} devices={devices} />
          )}
          <LobbySpeakerPicker devices={devices.speakers} />
        </div>
      )}
    </section>
  );
}

function checkLabel(wanted: { microphone: boolean; camera: boolean }): string {
  if (!wanted.camera) return "Check microphone";
  return wanted.microphone ? "Check camera and microphone" : "Check camera";
}
