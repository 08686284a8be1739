import type { CallState } from "@/lib/client/call_view.ts";
import type { LocalMediaView } from "@/lib/client/local_media.ts";
import { mediaMessage } from "@/lib/ui/media_messages.ts";
import { Banner } from "@/components/Banner.tsx";

/** What is not as it should be in this call, and what to do about it. It is read out when it changes. */
export function CallBanners(
  { state, local, soundBlocked, onPlay }: {
    state: CallState;
    local: LocalMediaView;
    soundBlocked: boolean;
    onPlay: () => void;
  },
) {
  const { microphone, camera } = local;
  return (
    <div class="banners" role="status">
      {state.phase === "live" && state.signaling === "reconnecting" && (
        <Banner icon="reload">
          <p>Reconnecting to the service. Your call goes on.</p>
        </Banner>
      )}
      {soundBlocked && (
        <Banner icon="speaker" look="warn">
          <p>Sound is blocked until you click.</p>
          <button type="button" class="button small" onClick={onPlay}>
            Turn on sound
          </button>
        </Banner>
      )}
      {microphone.status === "failed" && (
        <Banner icon="microphone-off" look="warn">
          <p>
            The others can't hear you.{" "}
            {mediaMessage(microphone.failure, "microphone")}
          </p>
        </Banner>
      )}
      {camera.status === "failed" && (
        <Banner icon="camera-off" look="warn">
          <p>{mediaMessage(camera.failure, "camera")}</p>
        </Banner>
      )}
    </div>
  );
}
