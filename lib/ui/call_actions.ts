/** What the buttons and keys of a call do. */
import type { CallPage, DialogName, Panel } from "@/lib/ui/call_page.ts";
import { canFullScreen, toggleFullScreen } from "@/lib/ui/full_screen.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import type { Actions } from "@/lib/ui/shortcuts.ts";

/** What can be done in a call that is live, as things stand. Reads signals: who draws with it is drawn anew when something changes. */
export function callActions(live: LiveCall, page: CallPage): Actions {
  const { call } = live;
  const { me, room } = live.view.value;
  const { microphone, camera, screen, screenSupported } = live.local.value;
  const { deafened } = live.playbackView.value;
  const { media } = room!;
  const maySpeak = me!.role !== "listener";
  const panel = (name: Panel) => () => {
    page.panel.value = page.panel.peek() === name ? null : name;
  };
  const dialog = (name: DialogName) => () => {
    page.dialog.value = name;
  };
  return {
    ...maySpeak && media.audio && {
      microphone: microphone.status === "opening"
        ? null
        : () => void call.setMicrophone(!me!.microphoneOn),
    },
    ...maySpeak && media.video && {
      camera: camera.status === "opening"
        ? null
        : () => void call.setCamera(!me!.cameraOn),
    },
    ...maySpeak && media.screen && screenSupported && {
      screen: screen.status === "opening"
        ? null
        : () => void call.setScreen(screen.status !== "on"),
    },
    hand: () => call.setHandRaised(!me!.handRaised),
    ...media.chat && { chat: panel("chat") },
    people: panel("people"),
    invite: dialog("invite"),
    layout: () => {
      // Whoever asks for a grid wants nobody pinned.
      page.pinned.value = null;
      page.layout.value = page.layout.peek() === "grid" ? "spotlight" : "grid";
    },
    ...canFullScreen() && {
      fullscreen: () => toggleFullScreen(document.documentElement),
    },
    deafen: () => live.playback.setDeafened(!deafened),
    settings: dialog("settings"),
    help: dialog("help"),
  };
}
