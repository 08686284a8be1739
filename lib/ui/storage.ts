/** What the pages remember in this browser. Storage may be full, blocked or meddled with: then nothing is remembered, and nothing fails. */

/** What a live call leaves for the next life of its page, so that a reload comes straight back into it. */
export interface KeptCall {
  token: string;
  name: string;
  microphone: boolean;
  camera: boolean;
}

const NAME = "ringdown.name";

/** The name that was last used in this browser; empty when there is none. */
export function rememberedName(): string {
  return read("localStorage", NAME) ?? "";
}

/** Keeps a name for the next call. */
export function rememberName(name: string): void {
  write("localStorage", NAME, name);
}

/** The host token of a room that was made in this browser. */
export function hostToken(roomId: string): string | undefined {
  return read("localStorage", hostKey(roomId)) ?? undefined;
}

/** Keeps the host token of a room that was just made. */
export function keepHostToken(roomId: string, token: string): void {
  write("localStorage", hostKey(roomId), token);
}

/** The call that this tab was in when its page went away. */
export function keptCall(roomId: string): KeptCall | null {
  const text = read("sessionStorage", callKey(roomId));
  if (text === null) return null;
  try {
    const { token, name, microphone, camera } = JSON.parse(text);
    return typeof token === "string" && typeof name === "string"
      ? {
        token,
        name,
        microphone: microphone === true,
        camera: camera === true,
      }
      : null;
  } catch {
    return null;
  }
}

/** Keeps a live call for a reload of this tab; null: it is over. */
export function keepCall(roomId: string, call: KeptCall | null): void {
  write("sessionStorage", callKey(roomId), call && JSON.stringify(call));
}

function hostKey(roomId: string): string {
  return `ringdown.host.${roomId}`;
}

function callKey(roomId: string): string {
  return `ringdown.call.${roomId}`;
}

type StorageName = "localStorage" | "sessionStorage";

function read(storage: StorageName, key: string): string | null {
  try {
    return globalThis[storage].getItem(key);
  } catch {
    return null;
  }
}

function write(storage: StorageName, key: string, value: string | null): void {
  try {
    if (value === null) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, value);
  } catch {
    // Not remembered, then.
  }
}
