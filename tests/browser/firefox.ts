/** Firefox for a test, driven by puppeteer-core over WebDriver BiDi. */
import puppeteer from "puppeteer-core";
import type { Browser, ElementHandle, Locator, Page } from "puppeteer-core";
import { seen } from "./by_role.ts";
import { type Leash, leash } from "./leash.ts";
import {
  type PulseAudio,
  pulseAudioInstalled,
  startPulseAudio,
} from "./pulse_audio.ts";
import { answered, LOOK_MS, named, PATIENCE_MS, type Person } from "./tab.ts";
import { type Tab, type Target, until, type Wait } from "./tab.ts";

/** What kind of person; the common half of Chromium's options. */
export interface FirefoxOptions {
  /** The microphone is a pure tone of so many hertz (default 440). */
  tone?: number;
  /** `none`: neither microphone nor camera. */
  devices?: "all" | "none";
  permission?: "granted" | "denied";
  colourScheme?: "light" | "dark";
  viewport?: { width: number; height: number };
  /** More preferences, as in about:config. */
  prefs?: Record<string, string | number | boolean>;
}

const BINARIES = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

function binary(): string | undefined {
  return BINARIES.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Whether Firefox and the sound server that it needs are installed (Debian:
 * `apt install firefox-esr pulseaudio`). For `Deno.test`'s `ignore`.
 */
export function firefoxInstalled(): boolean {
  return binary() !== undefined && pulseAudioInstalled();
}

/** Opens a Firefox of its own for one person. */
export async function openFirefox(
  options: FirefoxOptions = {},
): Promise<FirefoxPerson> {
  const home = await Deno.makeTempDir({ prefix: "ringdown-firefox-" });
  const tie = leash({ folder: home });
  let sound: PulseAudio | undefined;
  try {
    sound = await startPulseAudio(home);
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: await announced(binary()!, home),
      headless: true,
      userDataDir: `${home}/profile`,
      env: { ...sound.env, TMPDIR: home, PATH: "/usr/bin:/bin" },
      extraPrefsFirefox: preferences(options),
      defaultViewport: options.viewport ?? { width: 1280, height: 800 },
    });
    return new FirefoxPerson(
      browser,
      await browser.version(),
      sound,
      home,
      tie,
    );
  } catch (error) {
    await sound?.close();
    await tie.release();
    await Deno.remove(home, { recursive: true });
    throw error;
  }
}

/**
 * A program that writes its number to `folder`/pid and becomes `program`:
 * the driver tells the number only once the browser is up.
 */
async function announced(program: string, folder: string): Promise<string> {
  const path = `${folder}/firefox`;
  const script = `#!/bin/sh\necho $$ >${folder}/pid\nexec ${program} "$@"\n`;
  await Deno.writeTextFile(path, script, { mode: 0o700 });
  return path;
}

function preferences(options: FirefoxOptions) {
  const answer = options.permission === "denied" ? 2 : 1;
  return {
    "media.navigator.streams.fake": options.devices !== "none",
    // Only devices of these names count, lest the sound server's own be one.
    "media.audio_loopback_dev": options.devices === "none" ? "none" : "",
    "media.video_loopback_dev": options.devices === "none" ? "none" : "",
    "media.navigator.audio.fake_frequency": options.tone ?? 440,
    "media.autoplay.default": 0,
    "permissions.default.microphone": answer,
    "permissions.default.camera": answer,
    // Two people on one machine: real addresses, the loopback's among them.
    "media.peerconnection.ice.obfuscate_host_addresses": false,
    "media.peerconnection.ice.loopback": true,
    "layout.css.prefers-color-scheme.content-override":
      options.colourScheme === "dark" ? 0 : 1,
    ...options.prefs,
  };
}

/** A person with Firefox. */
export class FirefoxPerson implements Person {
  readonly browser = "firefox";
  #closed: Promise<void> | undefined;

  constructor(
    readonly driver: Browser,
    readonly version: string,
    readonly sound: PulseAudio,
    readonly home: string,
    readonly tie: Leash,
  ) {}

  async newTab(): Promise<FirefoxTab> {
    return new FirefoxTab(await this.driver.newPage());
  }

  close(): Promise<void> {
    return this.#closed ??= (async () => {
      await this.driver.close();
      await this.tie.release();
      await this.sound.close();
      await Deno.remove(this.home, { recursive: true });
    })();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A page in Firefox. `page` is Puppeteer's, for what only it can do. */
export class FirefoxTab implements Tab {
  readonly problems: string[] = [];
  readonly lines: string[] = [];

  constructor(readonly page: Page) {
    page.on("console", (message) => {
      this.lines.push(`${message.type()}: ${message.text()}`);
      if (message.type() === "error") this.problems.push(message.text());
    });
    page.on("pageerror", (error) => this.problems.push(String(error)));
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async beforeLoad<A>(fn: (arg: A) => void, arg: A): Promise<void> {
    await this.page.evaluateOnNewDocument(fn, arg);
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
    await (await this.#only(target)).click();
  }

  async fill(target: Target, text: string): Promise<void> {
    await (await this.#only(target)).fill(text, { typingThreshold: 0 });
  }

  async press(key: string): Promise<void> {
    // deno-lint-ignore no-explicit-any -- Puppeteer lists the keys.
    await this.page.keyboard.press(key as any);
  }

  async see(target: Target, timeoutMs?: number): Promise<string> {
    return (await this.#seen(target, timeoutMs))[0];
  }

  async gone(target: Target, timeoutMs = PATIENCE_MS): Promise<void> {
    await until(async () => (await this.#visible(target)).length === 0, {
      timeoutMs,
      what: `no more ${named(target)}`,
    });
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewport({ width, height });
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path: path as `${string}.png` });
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  async #ask<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    // deno-lint-ignore no-explicit-any -- Puppeteer's type unwraps handles.
    return await this.page.evaluate(fn as any, arg) as R;
  }

  /** Two elements of one name are a mistake here as they are in Chromium. */
  async #only(target: Target): Promise<Locator<Element>> {
    const { length } = await this.#seen(target);
    if (length > 1) throw new Error(`${length} times ${named(target)}`);
    const first = this.page.evaluateHandle(`${seen(target)}[0]`);
    const element = (await answered(first, LOOK_MS)).asElement();
    if (!element) throw new Error(`no more ${named(target)}`);
    return (element as ElementHandle<Element>).asLocator()
      .setTimeout(PATIENCE_MS);
  }

  /** Waits until there are such elements to be seen; gives their texts. */
  async #seen(target: Target, timeoutMs = PATIENCE_MS): Promise<string[]> {
    let texts: string[] = [];
    await until(async () => (texts = await this.#visible(target)).length > 0, {
      timeoutMs,
      what: `see ${named(target)}`,
    });
    return texts;
  }

  /** The texts of such elements as can be seen just now. */
  async #visible(target: Target): Promise<string[]> {
    const texts = this.page.evaluate(`${seen(target)}.map((e) => e.innerText)`);
    return await answered(texts, LOOK_MS) as string[];
  }
}
