/** Hold the space bar to talk while muted. */
import { useLayoutEffect, useRef } from "preact/hooks";

/** Where a space is a letter, presses something, or belongs to what is in front. */
const OCCUPIED =
  "input, textarea, select, [contenteditable], button, a, summary, dialog, [popover]";

/** The parts of a KeyboardEvent that count. */
type Key = Pick<
  KeyboardEvent,
  "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "target"
>;

/** Whether this key press is for talking. */
export function isTalkKey(event: Key): boolean {
  if (event.key !== " ") return false;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return false;
  }
  const target = event.target as Partial<Element> | null;
  return !target?.closest?.(OCCUPIED);
}

/** Opens the microphone while something is held, and closes only what it has opened. */
export class PushToTalk {
  readonly #setMicrophone: (on: boolean) => void;
  #isHeld = false;

  constructor(setMicrophone: (on: boolean) => void) {
    this.#setMicrophone = setMicrophone;
  }

  /** @param muted Whether there is a microphone to open: one that is on already stays on. */
  press(muted: boolean): void {
    if (this.#isHeld || !muted) return;
    this.#isHeld = true;
    this.#setMicrophone(true);
  }

  /** Whenever it cannot be known that the key is still down. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#setMicrophone(false);
  }
}

/** `muted`: an open microphone that is silent now. Who leaves the window lets go of the key there, unseen: the microphone closes at once. */
export function usePushToTalk(
  muted: boolean,
  setMicrophone: (on: boolean) => void,
): void {
  const current = useRef({ muted, setMicrophone });
  current.current = { muted, setMicrophone };
  useLayoutEffect(() => {
    const talk = new PushToTalk((on) => current.current.setMicrophone(on));
    const ended = new AbortController();
    const { signal } = ended;
    const release = () => talk.release();
    document.addEventListener("keydown", (event) => {
      if (!isTalkKey(event)) return;
      event.preventDefault(); // It would scroll.
      if (!event.repeat) talk.press(current.current.muted);
    }, { signal });
    document.addEventListener("keyup", (event) => {
      if (event.key === " ") release();
    }, { signal });
    document.addEventListener("visibilitychange", release, { signal });
    globalThis.addEventListener("blur", release, { signal });
    globalThis.addEventListener("pagehide", release, { signal });
    return () => {
      ended.abort();
      release();
    };
  }, []);
}
