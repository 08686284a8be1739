/** Chromium for a test, driven by playwright-core. */
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { type Binary, packagedChromium } from "./chromium_package.ts";
import { type Leash, leash } from "./leash.ts";
import { answered, LOOK_MS, named, PATIENCE_MS, type Person } from "./tab.ts";
import { type Tab, type Target, until, type Wait } from "./tab.ts";
import { writeTone } from "./tone.ts";

/** What kind of person, with what kind of machine. */
export interface ChromiumOptions {
  /** The microphone's sound: a pure tone of so many hertz … */
  tone?: number;
  /** … or a WAV file of your own; without either, Chromium's own beeps. */
  wav?: string;
  /** What the machine has. `none`: neither microphone nor camera. */
  devices?: "all" | "microphone" | "none";
  /** Given already (the default), given when asked for, or refused. */
  permission?: "granted" | "asked" | "denied";
  colourScheme?: "light" | "dark";
  viewport?: { width: number; height: number };
  /** More command line switches. */
  args?: string[];
  /** Another binary than the npm package's: a path, such as Debian's. */
  binary?: string;
}

/** Where Debian and others put a Chromium of the system's. */
const SYSTEM_BINARIES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The machine's own Chromium, for `binary`, or undefined. */
export function systemChromium(): string | undefined {
  return SYSTEM_BINARIES.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Opens a Chromium of its own for one person. */
export async function openChromium(
  options: ChromiumOptions = {},
): Promise<ChromiumPerson> {
  const { path, env }: Binary = options.binary
    ? { path: options.binary, env: {} }
    : await packagedChromium();
  const home = await Deno.makeTempDir({ prefix: "ringdown-chromium-" });
  // Chromium itself ends when the pipe to its driver closes.
  const tie = leash({ folder: home });
  try {
    const wav = options.wav ??
      (options.tone && await writeTone(`${home}/microphone.wav`, options.tone));
    const context = await chromium.launchPersistentContext(`${home}/profile`, {
      executablePath: path,
      artifactsDir: home,
      // A clean environment: no sound server, no proxy, no desktop session.
      env: { ...env, HOME: home, TMPDIR: home, LANG: "C.UTF-8" },
      args: [...switches(options, wav || undefined), ...options.args ?? []],
      colorScheme: options.colourScheme ?? "light",
      viewport: options.viewport ?? { width: 1280, height: 800 },
    });
    if ((options.permission ?? "granted") === "granted") {
      await context.grantPermissions(["microphone", "camera"]);
    }
    return new ChromiumPerson(context, home, tie);
  } catch (error) {
    await tie.release();
    await Deno.remove(home, { recursive: true });
    throw error;
  }
}

function switches(options: ChromiumOptions, wav?: string): string[] {
  const { devices = "all", permission = "granted" } = options;
  const all = [
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    // Two people on one machine meet over the loopback where there is no
    // other network. Chromium offers it only to a page that has the
    // permission; any other page needs an interface with a default route.
    // (No --disable-features here: it would replace Playwright's own list.)
    "--allow-loopback-in-peer-connection",
    // Without an answer given in advance a headless Chromium fails with
    // NotSupportedError, which no person ever sees.
    permission === "denied"
      ? "--use-fake-ui-for-media-stream=deny"
      : "--use-fake-ui-for-media-stream",
  ];
  if (devices === "all") all.push("--use-fake-device-for-media-stream");
  if (devices === "microphone") {
    all.push("--use-fake-device-for-media-stream=device-count=0");
  }
  if (wav) all.push(`--use-file-for-fake-audio-capture=${wav}`);
  return all;
}

/** A person with Chromium. */
export class ChromiumPerson implements Person {
  readonly browser = "chromium";
  readonly version: string;
  #closed: Promise<void> | undefined;

  constructor(
    readonly context: BrowserContext,
    readonly home: string,
    readonly tie: Leash,
  ) {
    this.version = context.browser()!.version();
  }

  async newTab(): Promise<ChromiumTab> {
    return new ChromiumTab(await this.context.newPage());
  }

  close(): Promise<void> {
    return this.#closed ??= (async () => {
      await this.context.close();
      await this.tie.release();
      await Deno.remove(this.home, { recursive: true });
    })();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A page in Chromium. `page` is Playwright's, for what only it can do. */
export class ChromiumTab implements Tab {
  readonly problems: string[] = [];
  readonly lines: string[] = [];

  constructor(readonly page: Page) {
    page.on("console", (message) => {
      this.lines.push(`${message.type()}: ${message.text()}`);
      if (message.type() === "error") this.problems.push(message.text());
    });
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("crash", () => this.problems.push("the page crashed"));
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async beforeLoad<A>(fn: (arg: A) => void, arg: A): Promise<void> {
    // deno-lint-ignore no-explicit-any -- Playwright's type unwraps handles.
    await this.page.addInitScript(fn as any, arg);
  }

  evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    return answered(this.#ask(fn, arg));
  }

  async run(source: string): Promise<void> {
    await answered(this.page.evaluate(`${source};undefined`));
  }

  waitFor<R, A>(
    fn: (arg: A) => R | Promise<R>,
    wait?: Wait,
    arg?: A,
  ): Promise<R> {
    return until(() => answered(this.#ask(fn, arg), LOOK_MS), wait);
  }

  async click(target: Target): Promise<void> {
    await this.#find(target).click({ timeout: PATIENCE_MS });
  }

  async fill(target: Target, text: string): Promise<void> {
    await this.#find(target).fill(text, { timeout: PATIENCE_MS });
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async see(target: Target, timeoutMs = PATIENCE_MS): Promise<string> {
    const found = this.#find(target).filter({ visible: true }).first();
    return await until(
      async () => ({ text: await found.innerText({ timeout: 1000 }) }),
      {
        timeoutMs,
        what: `see ${named(target)}`,
      },
    ).then(({ text }) => text);
  }

  async gone(target: Target, timeoutMs = PATIENCE_MS): Promise<void> {
    const found = this.#find(target).filter({ visible: true });
    await until(async () => await answered(found.count(), LOOK_MS) === 0, {
      timeoutMs,
      what: `no more ${named(target)}`,
    });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  /** Changes the colour scheme that the person prefers, at once. */
  async prefer(scheme: "light" | "dark"): Promise<void> {
    await this.page.emulateMedia({ colorScheme: scheme });
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  #ask<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    // deno-lint-ignore no-explicit-any -- Playwright's type unwraps handles.
    return this.page.evaluate(fn as any, arg);
  }

  #find(target: Target) {
    return typeof target === "string"
      ? this.page.locator(target)
      // deno-lint-ignore no-explicit-any -- Playwright lists the roles.
      : this.page.getByRole(target.role as any, {
        name: target.name,
        exact: true,
      });
  }
}
