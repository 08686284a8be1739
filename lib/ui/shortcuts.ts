/** The keys of a call. The help sheet, the tooltips and the listener all read this one table. */

/** What a key can do. */
export type Action =
  | "microphone"
  | "camera"
  | "screen"
  | "hand"
  | "deafen"
  | "chat"
  | "people"
  | "invite"
  | "layout"
  | "fullscreen"
  | "settings"
  | "help";

/** What each action does now. Null: not possible now. Missing: not in this room, or not for this person. */
export type Actions = Partial<Record<Action, (() => void) | null>>;

/** One line of the table. */
export interface Shortcut {
  /** As in `KeyboardEvent.key`, in lower case. */
  key: string;
  action: Action;
  text: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { key: "m", action: "microphone", text: "Mute or unmute the microphone" },
  { key: "v", action: "camera", text: "Start or stop the camera" },
  { key: "s", action: "screen", text: "Share a screen, or stop sharing" },
  { key: "h", action: "hand", text: "Raise or lower your hand" },
  { key: "d", action: "deafen", text: "Silence everyone, or hear them again" },
  { key: "c", action: "chat", text: "Open or close the chat" },
  { key: "p", action: "people", text: "Open or close the list of people" },
  { key: "i", action: "invite", text: "Invite people" },
  { key: "g", action: "layout", text: "Grid or spotlight" },
  { key: "f", action: "fullscreen", text: "Full screen" },
  { key: ",", action: "settings", text: "Settings" },
  { key: "?", action: "help", text: "This list" },
];

/** The key of an action, as people read it. */
export function keyOf(action: Action): string {
  return SHORTCUTS.find((one) => one.action === action)!.key;
}

/** Where keys are letters, or belong to what is in front. */
const OCCUPIED =
  "input, textarea, select, [contenteditable], dialog, [popover]";

/** The parts of a KeyboardEvent that count. */
type Key = Pick<
  KeyboardEvent,
  "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat" | "target"
>;

/** What this key press asks for; null for all others. */
export function actionOf(event: Key): Action | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) {
    return null;
  }
  const target = event.target as Partial<Element> | null;
  if (target?.closest?.(OCCUPIED)) return null;
  const key = event.key.toLowerCase();
  return SHORTCUTS.find((one) => one.key === key)?.action ?? null;
}
