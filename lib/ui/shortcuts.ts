/** The keys of a call: m, v and c, while no text is being written. */

/** What a key can do. */
export type Shortcut = "microphone" | "camera" | "chat";

const KEYS: Record<string, Shortcut> = {
  m: "microphone",
  v: "camera",
  c: "chat",
};

/** Where keys are letters, or belong to what is in front. */
const OCCUPIED = "input, textarea, select, [contenteditable], dialog";

/** The parts of a KeyboardEvent that count. */
type Key = Pick<
  KeyboardEvent,
  "key" | "altKey" | "ctrlKey" | "metaKey" | "repeat" | "target"
>;

/** What this key press asks for; null for all others. */
export function shortcutOf(event: Key): Shortcut | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) {
    return null;
  }
  const target = event.target as Partial<Element> | null;
  if (target?.closest?.(OCCUPIED)) return null;
  const key = event.key.toLowerCase();
  return Object.hasOwn(KEYS, key) ? KEYS[key] : null;
}
