/**
 * How often something happened, for each of a few words known beforehand. On the way of every signal: adding is one addition, where a
 * Prometheus counter would look its labels up first. All words are there from the start, so that the first time can be seen as a rise.
 */
export class Tally<Word extends string> {
  readonly #counts: Record<Word, number>;

  constructor(words: readonly Word[]) {
    this.#counts = Object.fromEntries(words.map((word) => [word, 0])) as Record<
      Word,
      number
    >;
  }

  add(word: Word): void {
    this.#counts[word]++;
  }

  /** All counts so far together. */
  total(): number {
    return this.entries().reduce((sum, [, count]) => sum + count, 0);
  }

  /** Every word with its count so far. */
  entries(): [word: Word, count: number][] {
    return Object.entries(this.#counts) as [Word, number][];
  }
}
