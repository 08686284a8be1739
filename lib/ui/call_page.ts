/** What the page of a call shows besides the call itself: which panel is open, which dialog, and who is large. */
import { type Signal, signal } from "@preact/signals";

/** What may stand beside the people. */
export type Panel = "chat" | "people";

/** What may stand in front of everything. `room`: what a host can change about the room. */
export type DialogName = "invite" | "settings" | "help" | "room";

/** `grid`: everyone the same size. `spotlight`: who speaks is large. */
export type Layout = "grid" | "spotlight";

/** The page's own state, which ends with the call. */
export interface CallPage {
  panel: Signal<Panel | null>;
  dialog: Signal<DialogName | null>;
  layout: Signal<Layout>;
  /** The tile that somebody made large by hand. */
  pinned: Signal<string | null>;
  /** Whether one's own picture is shown as in a mirror. The others never see it so. */
  mirrored: Signal<boolean>;
}

/** The page as a call begins. */
export function newCallPage(): CallPage {
  return {
    panel: signal(null),
    dialog: signal(null),
    layout: signal("grid"),
    pinned: signal(null),
    mirrored: signal(true),
  };
}
