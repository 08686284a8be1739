/** Whether somebody is speaking, from levels in the order of time. */

/** Levels (0 to 100) at which speech begins and ends: two, so that it does not flicker in between. */
const BEGINS = 35;
const ENDS = 20;
/** How long it outlives the sound: the pause between two words. */
const LINGERS_MS = 400;

export class SpeechDetector {
  #speaking = false;
  #lastLoud = -Infinity;

  /** What holds after `level` (0 to 100) was measured at `now` (milliseconds). */
  update(level: number, now: number): boolean {
    if (level >= (this.#speaking ? ENDS : BEGINS)) {
      this.#speaking = true;
      this.#lastLoud = now;
    } else if (now - this.#lastLoud >= LINGERS_MS) this.#speaking = false;
    return this.#speaking;
  }
}
