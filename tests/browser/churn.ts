/** Somebody who comes and goes, and switches this and that, as chance has it. */
import type { ChromiumTab } from "./chromium.ts";
import type { GroupBrowser, Someone } from "./group.ts";
import { keepLedger } from "./ledger.ts";

/** Chance that can be repeated: the same numbers from 0 to 1 for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Buttons of the call that are pressed now and then, by what they say before and after. */
const SWITCHES: readonly (readonly [string, string])[] = [
  ["Mute microphone", "Unmute microphone"],
  ["Start video", "Stop video"],
  ["Share a screen", "Stop sharing the screen"],
  ["Raise hand", "Lower hand"],
];

export class Visitor {
  readonly who: Someone;
  readonly #browser: GroupBrowser;
  readonly #link: string;
  #tab: ChromiumTab | null = null;
  #isIn = false;
  /** The switches that are not as they were at first, by number. */
  readonly #switched = new Set<number>();

  constructor(who: Someone, browser: GroupBrowser, page: string) {
    this.who = who;
    this.#browser = browser;
    this.#link = `${page}?enter=sound&name=${who.name}`;
  }

  /** The page, in the call or after it; null when there is none. */
  get tab(): ChromiumTab | null {
    return this.#tab;
  }
  get isIn(): boolean {
    return this.#isIn;
  }
  /** Whether the others hear this person. */
  get isHeard(): boolean {
    return this.#isIn && !this.#switched.has(0);
  }

  /** Does one thing that can be done just now; gives it in words. */
  async act(random: () => number, mayClose: boolean): Promise<string> {
    if (!this.#isIn) {
      await this.enter();
      return "enters";
    }
    const chance = random();
    if (chance < 0.2) {
      await this.leave();
      return "leaves";
    }
    if (chance < 0.3 && mayClose) {
      await this.#tab!.close();
      this.#tab = null;
      this.#isIn = false;
      this.#switched.clear();
      return "closes the tab";
    }
    if (chance < 0.45) {
      await this.#tab!.reload();
      await this.#live();
      // A screen and a raised hand do not survive that.
      for (const n of [2, 3]) this.#switched.delete(n);
      return "reloads";
    }
    return await this.#press(Math.floor(random() * SWITCHES.length));
  }

  /** Comes for the first time, or again from the page after the call. */
  async enter(): Promise<void> {
    if (this.#tab === null) {
      this.#tab = await this.#browser.newTab(this.who);
      await keepLedger(this.#tab);
      await this.#tab.goto(this.#link);
    } else await this.#tab.click({ role: "button", name: "Join again" });
    await this.#live();
  }

  /** Leaves by the button. */
  async leave(): Promise<void> {
    await this.#tab!.click({ role: "button", name: "Leave" });
    await this.#tab!.see({ role: "button", name: "Join again" });
    this.#isIn = false;
    for (const n of [2, 3]) this.#switched.delete(n);
  }

  async #press(n: number): Promise<string> {
    const switched = this.#switched.has(n);
    const [name, then] = switched ? SWITCHES[n].toReversed() : SWITCHES[n];
    await this.#tab!.click({ role: "button", name });
    await this.#tab!.see({ role: "button", name: then });
    if (switched) this.#switched.delete(n);
    else this.#switched.add(n);
    return `presses "${name}"`;
  }

  async #live(): Promise<void> {
    await this.#tab!.see({ role: "button", name: "Leave" });
    this.#isIn = true;
  }
}
