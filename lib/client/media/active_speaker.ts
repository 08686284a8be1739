/** Who holds the floor: one person, who does not change with every word. */

/** Nobody takes the floor within this after somebody else did. */
const HOLDS_MS = 2_000;
/** How fast a score follows what is heard: within this by two thirds. Longer than a cough, shorter than a sentence. */
const FOLLOWS_MS = 1_000;
/** By so much (of 100) another must lead to take the floor: two who speak at once keep it where it is. */
const LEAD = 20;

export class ActiveSpeaker {
  #memberId: string | null = null;
  #since = -Infinity;
  #lastUpdate: number | null = null;
  #scores = new Map<string, number>();

  /**
   * Who holds the floor after this was heard at `now` (milliseconds): the first to speak; later whoever has spoken the most of late. In
   * silence it stays with who had it. Null before anyone has spoken, and after that person has left.
   *
   * @param levels Of everyone who is there, 0 to 100; 0 for who is not speaking.
   */
  update(
    levels: ReadonlyMap<string, number>,
    now: number,
  ): string | null {
    this.#follow(levels, now);
    if (this.#memberId !== null && !levels.has(this.#memberId)) {
      this.#memberId = null;
    }
    const [loudest, score] = this.#loudest();
    if (loudest === null || loudest === this.#memberId) return this.#memberId;
    const mayTake = this.#memberId === null ||
      now - this.#since >= HOLDS_MS &&
        score > this.#scores.get(this.#memberId)! + LEAD;
    if (mayTake) {
      this.#memberId = loudest;
      this.#since = now;
    }
    return this.#memberId;
  }

  #follow(levels: ReadonlyMap<string, number>, now: number): void {
    const passed = now - (this.#lastUpdate ?? now);
    this.#lastUpdate = now;
    const kept = Math.exp(-passed / FOLLOWS_MS);
    const scores = new Map<string, number>();
    for (const [memberId, level] of levels) {
      const before = this.#scores.get(memberId);
      // Who is heard for the first time begins where they are.
      scores.set(
        memberId,
        before === undefined ? level : before * kept + level * (1 - kept),
      );
    }
    this.#scores = scores;
  }

  /** Who has the highest score that is more than an echo of long ago. */
  #loudest(): [string | null, number] {
    let best: [string | null, number] = [null, 1];
    for (const [memberId, score] of this.#scores) {
      if (score > best[1]) best = [memberId, score];
    }
    return best;
  }
}
