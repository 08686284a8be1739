/** What people do not notice of their own microphone, from measurements in the order of time. Times are in milliseconds. */

/** So long somebody must speak: a cough is no talk. */
const TALKS_MS = 500;
/** So long it holds after the last word. */
const TALK_LINGERS_MS = 4_000;
/** Nobody's breath is held for so long. */
const SILENT_MS = 8_000;

/** Somebody talks while they are muted. */
export class TalkingWhileMuted {
  #talkBegan: number | null = null;
  #lastTalk = -Infinity;

  /** What holds after it was found at `now` whether they speak. */
  update(isSpeaking: boolean, now: number): boolean {
    if (!isSpeaking) this.#talkBegan = null;
    else if (now - (this.#talkBegan ??= now) >= TALKS_MS) this.#lastTalk = now;
    return now - this.#lastTalk < TALK_LINGERS_MS;
  }
}

/** An open microphone gives nothing at all: the wrong device, or its own switch is off. */
export class SilentMicrophone {
  #silentSince: number | null = null;

  /** What holds after it was found at `now` whether it gives digital silence. The first sound ends it. */
  update(isSilent: boolean, now: number): boolean {
    if (!isSilent) this.#silentSince = null;
    else this.#silentSince ??= now;
    return this.#silentSince !== null && now - this.#silentSince >= SILENT_MS;
  }
}
