/** Firefox for a test, driven by puppeteer-core over WebDriver BiDi. */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { type Leash, leash } from "./leash.ts";
import {
  type PulseAudio,
  pulseAudioInstalled,
  startPulseAudio,
} from "./pulse_audio.ts";
import { answered, named, PATIENCE_MS, type Person, type Tab } from "./tab.ts";
import { type Target, until, type Wait } from "./tab.ts";

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

  async evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    // deno-lint-ignore no-explicit-any -- Puppeteer's type unwraps handles.
    return await answered(this.page.evaluate(fn as any, arg));
  }

  async run(source: string): Promise<void> {
    await this.page.evaluate(`${source};undefined`);
  }

  waitFor<R, A>(
    fn: (arg: A) => R | Promise<R>,
    wait?: Wait,
    arg?: A,
  ): Promise<R> {
    return until(() => this.evaluate(fn, arg as A), wait);
  }

  async click(target: Target): Promise<void> {
    await this.#only(target);
    await this.page.locator(selector(target)).setTimeout(PATIENCE_MS).click();
  }

  async fill(target: Target, text: string): Promise<void> {
    await this.#only(target);
    await this.page.locator(selector(target)).setTimeout(PATIENCE_MS)
      .fill(text);
  }

  async press(key: string): Promise<void> {
    // deno-lint-ignore no-explicit-any -- Puppeteer lists the keys.
    await this.page.keyboard.press(key as any);
  }

  async see(target: Target, timeoutMs = PATIENCE_MS): Promise<string> {
    return await until(async () => {
      for (const found of await this.page.$$(selector(target))) {
        if (!await found.isVisible()) continue;
        return {
          text: await found.evaluate((e) => (e as HTMLElement).innerText),
        };
      }
    }, { timeoutMs, what: `see ${named(target)}` }).then((seen) => seen!.text);
  }

  async gone(target: Target, timeoutMs = PATIENCE_MS): Promise<void> {
    await until(async () => {
      for (const found of await this.page.$$(selector(target))) {
        if (await found.isVisible()) return false;
      }
      return true;
    }, { timeoutMs, what: `no more ${named(target)}` });
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

  /** Two elements of one name are a mistake here as they are in Chromium. */
  async #only(target: Target): Promise<void> {
    await this.see(target);
    const count = (await this.page.$$(selector(target))).length;
    if (count > 1) throw new Error(`${count} times ${named(target)}`);
  }
}

function selector(target: Target): string {
  if (typeof target === "string") return target;
  return `::-p-aria([name=${
    JSON.stringify(target.name)
  }][role="${target.role}"])`;
}
