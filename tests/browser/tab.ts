/**
 * What a test may ask of any browser. A test written against `Person` and
 * `Tab` runs on every pair of browsers; what only one driver can do stays on
 * that driver's own type.
 */

/** A CSS selector, or an element by its ARIA role and exact accessible name. */
export type Target = string | { role: string; name: string };

/** One person: a browser process of their own, with their own microphone. */
export interface Person extends AsyncDisposable {
  readonly browser: "chromium" | "firefox";
  readonly version: string;
  /** Opens a tab; all of a person's tabs share cookies and storage. */
  newTab(): Promise<Tab>;
  /** Ends the browser and removes everything that it left on disk. */
  close(): Promise<void>;
}

/** One page of a person's browser. */
export interface Tab {
  /** Uncaught errors and `console.error` lines so far, in order. */
  readonly problems: string[];
  /** Every console line so far, as `type: text`. */
  readonly lines: string[];
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs `fn` in every later document of this tab before its own scripts. */
  beforeLoad<A>(fn: (arg: A) => void, arg: A): Promise<void>;
  /** Runs `fn` in the page; it sees nothing of the test but `arg`. */
  evaluate<R>(fn: () => R | Promise<R>): Promise<R>;
  evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg: A): Promise<R>;
  /** Runs source text in the page, whatever its content security policy. */
  run(source: string): Promise<void>;
  /** Polls `fn`, a matter of moments, in the page until it gives something truthy; gives that. */
  waitFor<R>(
    fn: () => R | Promise<R>,
    wait?: Wait,
  ): Promise<R>;
  waitFor<R, A>(
    fn: (arg: A) => R | Promise<R>,
    wait: Wait | undefined,
    arg: A,
  ): Promise<R>;
  /** Clicks the one such element, once it is visible and enabled. */
  click(target: Target): Promise<void>;
  /** Replaces the text of the one such field. */
  fill(target: Target, text: string): Promise<void>;
  /** Presses a key or chord by its name: `Enter`, `m`, `Escape`. */
  press(key: string): Promise<void>;
  /** Waits until such an element is visible; gives its text. */
  see(target: Target, timeoutMs?: number): Promise<string>;
  /** Waits until no such element is visible. */
  gone(target: Target, timeoutMs?: number): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** How long to wait, and what to call the thing if it never comes. */
export interface Wait {
  timeoutMs?: number;
  what?: string;
}

/** How long a test waits when it does not say: slow machines, two browsers. */
export const PATIENCE_MS = 15_000;

/**
 * The polling behind `Tab.waitFor`: done from outside because the drivers'
 * own versions need `unsafe-eval` or a running animation clock in the page.
 */
export async function until<R>(
  ask: () => Promise<R>,
  { timeoutMs = PATIENCE_MS, what = "the condition" }: Wait = {},
): Promise<R> {
  const deadline = Date.now() + timeoutMs;
  let failure: unknown;
  while (true) {
    try {
      const answer = await ask();
      if (answer) return answer;
      failure = undefined;
    } catch (error) {
      // A page that is navigating cannot answer; a broken `fn` never will.
      failure = error;
    }
    if (Date.now() >= deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: failure });
}

/** How long a page may take over one `evaluate` before the test gives up. */
const ANSWER_MS = 120_000;

/**
 * How long it may take over one look, which `until` repeats: of a page that
 * goes elsewhere meanwhile the answer may never come (w3c/webdriver-bidi#540;
 * Firefox on a busy machine, every other time).
 */
export const LOOK_MS = 3_000;

/** The answer of a page, or an error where the drivers would wait forever. */
export async function answered<R>(
  answer: Promise<R>,
  withinMs = ANSWER_MS,
): Promise<R> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the page gave no answer in ${withinMs} ms`)),
      withinMs,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A target in words, for failure messages. */
export function named(target: Target): string {
  return typeof target === "string"
    ? target
    : `${target.role} "${target.name}"`;
}
