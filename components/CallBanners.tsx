import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import {
  mediaMessage,
  noticeMessage,
  screenMessage,
  speakerMessage,
} from "@/lib/ui/media_messages.ts";
import { useOnline } from "@/lib/ui/online.ts";
import { stoppedMessage } from "@/lib/ui/stopped_messages.ts";
import { Banner, type BannerProps } from "@/components/Banner.tsx";
import { RoomNews } from "@/components/RoomNews.tsx";
import { Video } from "@/components/Video.tsx";

/** What is not as it should be in this call, or easily forgotten, and what to do about it. It is read out when it changes. */
export function CallBanners(
  { live, page }: { live: LiveCall; page: CallPage },
) {
  const openSettings = () => page.dialog.value = "settings";
  const online = useOnline();
  return (
    <div class="banners" role="status">
      <RoomNews live={live} />
      {bannersOf(live, online, openSettings).map((banner) => (
        <Banner key={banner.text} {...banner} />
      ))}
    </div>
  );
}

/** All that is to be said now, the most pressing first. */
export function bannersOf(
  live: LiveCall,
  online: boolean,
  openSettings: () => void,
): BannerProps[] {
  return [
    ...ofConnection(live, online),
    ...ofStopped(live),
    ...ofHearing(live, openSettings),
    ...ofSharing(live),
    ...ofDevices(live, openSettings),
  ];
}

/** Beside the microphone's button, because that is what it is about. It comes and goes without moving anything. */
export function MutedTalkHint({ live }: { live: LiveCall }) {
  // Whoever a host has muted is told so, with the same way out.
  const isTold = live.view.value.stopped.some(({ kind }) => kind === "audio");
  return (
    <div class="muted-talk" role="status">
      {live.activityView.value.talkingWhileMuted && !isTold && (
        <Banner
          icon="microphone-off"
          look="warn"
          text="You are muted."
          way="Unmute"
          onWay={() => void live.call.setMicrophone(true)}
        />
      )}
    </div>
  );
}

function* ofConnection(
  live: LiveCall,
  online: boolean,
): Iterable<BannerProps> {
  const { state } = live.view.value;
  if (state.phase !== "live" || state.signaling === "connected") return;
  yield {
    icon: "reload",
    text: online
      ? "Reconnecting to the service. Your call goes on."
      : "You seem to be offline. The call goes on as soon as you are back.",
  };
}

const STOPPED_ICONS = {
  audio: "microphone-off",
  video: "camera-off",
  screen: "screen-off",
} as const;

/** What others have switched off here: nobody should talk to a microphone that is off without knowing. */
function* ofStopped({ call, view }: LiveCall): Iterable<BannerProps> {
  const again = {
    audio: () => void call.setMicrophone(true),
    video: () => void call.setCamera(true),
    screen: () => void call.setScreen(true),
  };
  for (const stopped of view.value.stopped) {
    const { kind, by } = stopped;
    yield {
      icon: STOPPED_ICONS[kind],
      look: "warn",
      ...stoppedMessage(stopped),
      onWay: by === "host" ? again[kind] : () => call.dismissStopped(kind),
    };
  }
}

function* ofHearing(
  { playback, playbackView }: LiveCall,
  openSettings: () => void,
): Iterable<BannerProps> {
  const { blocked, deafened } = playbackView.value;
  const speaker = speakerMessage(playbackView.value);
  if (blocked) {
    yield {
      icon: "speaker-off",
      look: "warn",
      text: "Sound is blocked until you click.",
      way: "Turn on sound",
      onWay: () => void playback.play(),
    };
  }
  if (deafened) {
    yield {
      icon: "headphones-off",
      look: "warn",
      text: "You have silenced everyone.",
      way: "Hear everyone",
      onWay: () => playback.setDeafened(false),
    };
  }
  if (speaker !== null) {
    yield {
      icon: "speaker",
      look: "warn",
      text: speaker,
      way: "Settings",
      onWay: openSettings,
    };
  }
}

function* ofSharing({ call, local }: LiveCall): Iterable<BannerProps> {
  const { screen, screenVideo } = local.value;
  if (screen.status === "on") {
    yield {
      icon: "screen",
      text: "You are sharing your screen.",
      way: "Stop sharing",
      onWay: () => void call.setScreen(false),
      children: screenVideo && (
        <span class="own-screen">
          <Video stream={screenVideo} label="What you share" />
        </span>
      ),
    };
  } else if (screen.status === "failed") {
    yield {
      icon: "screen-off",
      look: "warn",
      text: screenMessage(screen.failure),
      onClose: () => void call.setScreen(false),
    };
  }
}

/** Whoever has read that a device failed does without it: it is off then. */
function* ofDevices(
  { call, local, activityView }: LiveCall,
  openSettings: () => void,
): Iterable<BannerProps> {
  const { microphone, camera, microphoneNotice, cameraNotice } = local.value;
  const settings = { way: "Settings", onWay: openSettings };
  if (microphone.status === "failed") {
    const why = mediaMessage(microphone.failure, "microphone");
    const text = `The others can't hear you. ${why}`;
    const onClose = () => void call.setMicrophone(false);
    yield { icon: "microphone-off", look: "warn", text, onClose, ...settings };
  } else if (microphoneNotice !== null) {
    const text = noticeMessage(microphoneNotice, "microphone");
    yield { icon: "microphone", look: "warn", text, ...settings };
  } else if (activityView.value.silentMicrophone) {
    yield {
      icon: "microphone-off",
      look: "warn",
      text: "Your microphone gives no sound at all.",
      way: "Choose another microphone",
      onWay: openSettings,
    };
  }
  if (camera.status === "failed") {
    const text = mediaMessage(camera.failure, "camera");
    const onClose = () => void call.setCamera(false);
    yield { icon: "camera-off", look: "warn", text, onClose, ...settings };
  } else if (cameraNotice !== null) {
    const text = noticeMessage(cameraNotice, "camera");
    yield { icon: "camera", look: "warn", text, ...settings };
  }
}
