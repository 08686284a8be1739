/** What the pages remember in this browser. Storage may be full, blocked or meddled with: then nothing is remembered, and nothing fails. */

/** What a live call leaves for the next life of its page, so that a reload comes straight back into it. */
export interface KeptCall {
  token: string;
  name: string;
  microphone: boolean;
  camera: boolean;
}

/** How sound is played in this browser. */
export interface KeptSound {
  /** 0 to 100 percent. */
  masterVolume: number;
  /** Undefined: the system's choice. */
  speakerId?: string;
}

/** Under which the name is kept. */
export const NAME_KEY = "ringdown.name";
/** Under which it is kept how sound is played. */
export const SOUND_KEY = "ringdown.sound";
/** Under which it is kept which build's modules this browser has. */
export const MODULES_KEY = "ringdown.modules";

/** The name that was last used in this browser; empty when there is none. */
export function rememberedName(): string {
  return read("localStorage", NAME_KEY) ?? "";
}

/** Keeps a name for the next call. */
export function rememberName(name: string): void {
  write("localStorage", NAME_KEY, name);
}

/** The host token of a room that was made in this browser. */
export function hostToken(roomId: string): string | undefined {
  return read("localStorage", hostKey(roomId)) ?? undefined;
}

/** Keeps the host token of a room that was just made, or a fresh one; null: it is good for nothing any more. */
export function keepHostToken(roomId: string, token: string | null): void {
  write("localStorage", hostKey(roomId), token);
}

/** Keeps a live call for a reload of this tab; null: it is over. */
export function keepCall(roomId: string, call: KeptCall | null): void {
  write("sessionStorage", callKey(roomId), call && JSON.stringify(call));
}

/** How sound was last played in this browser. */
export function keptSound(): KeptSound {
  const { masterVolume, speakerId } = parsed(read("localStorage", SOUND_KEY));
  return {
    masterVolume: typeof masterVolume === "number" && masterVolume >= 0 &&
        masterVolume <= 100
      ? masterVolume
      : 100,
    ...(typeof speakerId === "string" && { speakerId }),
  };
}

/** Keeps how sound is played for the next call. */
export function keepSound({ masterVolume, speakerId }: KeptSound): void {
  write(
    "localStorage",
    SOUND_KEY,
    JSON.stringify({ masterVolume, speakerId }),
  );
}

/** Under which a room's host token is kept. */
export function hostKey(roomId: string): string {
  return `ringdown.host.${roomId}`;
}

/** Under which a tab keeps its call. */
export function callKey(roomId: string): string {
  return `ringdown.call.${roomId}`;
}

/** The fields of a JSON object; none of anything else. */
function parsed(text: string | null): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? "null"));
  } catch {
    return {};
  }
}

type StorageName = "localStorage" | "sessionStorage";

/** What is kept under a key; null for nothing. */
export function read(storage: StorageName, key: string): string | null {
  try {
    return globalThis[storage].getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text under a key; null takes it away. */
export function write(
  storage: StorageName,
  key: string,
  value: string | null,
): void {
  try {
    if (value === null) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, value);
  } catch {
    // Not remembered, then.
  }
}
