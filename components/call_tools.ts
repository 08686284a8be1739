/** What the buttons and the menu of a call look like, as things stand. What they do is in lib/ui/call_actions.ts. */
import type { Layout, Panel } from "@/lib/ui/call_page.ts";
import type { Action } from "@/lib/ui/shortcuts.ts";
import type { IconName } from "@/components/Icon.tsx";

/** What the toolbar shows of the call. */
export interface ToolbarState {
  microphoneOn: boolean;
  cameraOn: boolean;
  screenOn: boolean;
  handRaised: boolean;
  deafened: boolean;
  panel: Panel | null;
  layout: Layout;
  fullScreen: boolean;
  /** Messages since the chat was last open. */
  unread: number;
  /** How many are in the call, oneself included. */
  people: number;
}

/** One thing to do, as a button or as a line of the menu. */
export interface Tool {
  action: Action;
  icon: IconName;
  /** Under the button. */
  text: string;
  /** What it will do: for the menu, tooltips and screen readers. */
  name: string;
  look?: "off" | "on";
  badge?: number;
  panel?: Panel;
  /** `bar`: always a button. `wide`: a button where there is room, else in the menu. `menu`: always in the menu. */
  where: "bar" | "wide" | "menu";
}

/** Everything that a call may offer, in the order in which it stands. */
export function toolsOf(state: ToolbarState): Tool[] {
  const { microphoneOn, cameraOn, screenOn, handRaised, deafened } = state;
  const { layout, fullScreen, unread, people } = state;
  return [
    {
      action: "microphone",
      icon: microphoneOn ? "microphone" : "microphone-off",
      text: microphoneOn ? "Mute" : "Unmute",
      name: microphoneOn ? "Mute microphone" : "Unmute microphone",
      look: microphoneOn ? undefined : "off",
      where: "bar",
    },
    {
      action: "camera",
      icon: cameraOn ? "camera" : "camera-off",
      text: "Video",
      name: cameraOn ? "Stop video" : "Start video",
      look: cameraOn ? undefined : "off",
      where: "bar",
    },
    {
      action: "screen",
      icon: screenOn ? "screen-off" : "screen",
      text: "Screen",
      name: screenOn ? "Stop sharing the screen" : "Share a screen",
      look: screenOn ? "on" : undefined,
      where: "wide",
    },
    {
      action: "hand",
      icon: "hand",
      text: "Hand",
      name: handRaised ? "Lower hand" : "Raise hand",
      look: handRaised ? "on" : undefined,
      where: "bar",
    },
    {
      action: "chat",
      icon: "chat",
      text: "Chat",
      name: unread > 0 ? `Chat, ${unread} new` : "Chat",
      badge: unread,
      panel: "chat",
      where: "bar",
    },
    {
      action: "people",
      icon: "people",
      text: "People",
      name: `People, ${people}`,
      panel: "people",
      where: "wide",
    },
    {
      action: "invite",
      icon: "invite",
      text: "Invite",
      name: "Invite",
      where: "wide",
    },
    {
      action: "layout",
      icon: layout === "grid" ? "spotlight" : "grid",
      text: "Layout",
      name: layout === "grid" ? "Spotlight who speaks" : "Grid: all the same",
      where: "menu",
    },
    {
      action: "fullscreen",
      icon: fullScreen ? "fullscreen-exit" : "fullscreen",
      text: "Full screen",
      name: fullScreen ? "Leave full screen" : "Full screen",
      where: "menu",
    },
    {
      action: "deafen",
      icon: deafened ? "headphones" : "headphones-off",
      text: "Sound",
      name: deafened ? "Hear everyone again" : "Silence everyone",
      where: "menu",
    },
    {
      action: "settings",
      icon: "settings",
      text: "Settings",
      name: "Settings",
      where: "menu",
    },
    {
      action: "help",
      icon: "keyboard",
      text: "Keys",
      name: "Keyboard shortcuts",
      where: "menu",
    },
  ];
}
