/** Which browsers a test runs in, and how people get into a call. */
import { openChromium } from "./chromium.ts";
import { firefoxInstalled, openFirefox } from "./firefox.ts";
import { hookPeers, rawMicrophone } from "./page_hooks.ts";
import { Product } from "./server.ts";
import type { Person, Tab } from "./tab.ts";

export type Browser = "Chromium" | "Firefox";

const OPEN = { Chromium: openChromium, Firefox: openFirefox };

/** Every pair of browsers; those with Firefox are left out where it is missing. */
export const PAIRS: readonly [Browser, Browser][] = [
  ["Chromium", "Chromium"],
  ["Chromium", "Firefox"],
  ["Firefox", "Firefox"],
];

/** Each browser with a Chromium: for what is measured at the first of the two, or at each. */
export const WITH_CHROMIUM: readonly [Browser, Browser][] = [
  ["Chromium", "Chromium"],
  ["Firefox", "Chromium"],
];

if (!firefoxInstalled()) {
  console.log("Firefox is left out: firefox-esr or pulseaudio not installed.");
}

/** A test of a pair of browsers, or of one. */
export function browserTest(
  browsers: readonly Browser[],
  what: string,
  fn: () => Promise<void>,
): void {
  const left = browsers.includes("Firefox") && !firefoxInstalled();
  Deno.test({
    name: `${browsers.join(" and ")}: ${what}` +
      (left ? " (left out: no firefox-esr or no pulseaudio)" : ""),
    ignore: left,
    fn,
  });
}

/** A person whose microphone plays a tone of so many hertz. */
export function person(browser: Browser, tone: number): Promise<Person> {
  return OPEN[browser]({ tone });
}

/** A tab that lets a test look at peer connections, and leaves tones as they are. */
export async function newTab(person: Person): Promise<Tab> {
  const tab = await person.newTab();
  await hookPeers(tab);
  await rawMicrophone(tab);
  return tab;
}

/** Makes a room as a newcomer does, and joins it, with camera and microphone unless told otherwise. Gives the link to send to others. */
export async function startCall(
  tab: Tab,
  origin: string,
  name: string,
  way = "Join with camera and microphone",
): Promise<string> {
  await tab.goto(origin);
  await tab.click({ role: "button", name: "Start a call" });
  await tab.fill({ role: "textbox", name: "Your name" }, name);
  await tab.click({ role: "button", name: way });
  await tab.see({ role: "button", name: "Leave" });
  return await tab.evaluate(() => location.origin + location.pathname);
}

/** The tile of somebody else, where there is just one. */
export const OTHER = ".tile:not(.self)";

/** Waits until the pair is connected and the other's sound plays. */
export async function inTouch(tab: Tab): Promise<void> {
  await tab.see(OTHER);
  await tab.waitFor(
    () => {
      const sounds = [...document.querySelectorAll("audio")];
      return !document.querySelector(".tile:not(.self)")?.textContent?.includes(
        "onnecting",
      ) &&
        sounds.some((sound) => !sound.paused && sound.currentTime > 0.3);
    },
    { what: "the other's sound", timeoutMs: 30_000 },
  );
}

/** Two people in a call with each other. */
export interface CallOfTwo extends AsyncDisposable {
  product: Product;
  /** Ann's page; her microphone plays 440 Hz. */
  a: Tab;
  /** Ben's page; his plays 880 Hz. */
  b: Tab;
}

/** Starts the product, and brings two people together on it: Ann makes the room, Ben enters by her link. */
export async function callOfTwo(
  [one, other]: readonly [Browser, Browser],
  way: "video" | "sound",
): Promise<CallOfTwo> {
  await using opened = new AsyncDisposableStack();
  const product = opened.use(await Product.start());
  const ann = opened.use(await person(one, 440));
  const ben = opened.use(await person(other, 880));
  const [a, b] = [await newTab(ann), await newTab(ben)];
  const button = way === "video"
    ? "Join with camera and microphone"
    : "Join with sound only";
  const link = await startCall(a, product.origin, "Ann", button);
  await b.goto(`${link}?enter=${way}&name=Ben`);
  await Promise.all([inTouch(a), inTouch(b)]);
  const kept = opened.move();
  return { product, a, b, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
