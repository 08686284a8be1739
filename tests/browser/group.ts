/** Many people in few browsers: each with pages, devices and storage of their own. What they hear and see of each other, by name. */
import { ChromiumTab, openChromium } from "./chromium.ts";
import type { ChromiumPerson } from "./chromium.ts";
import { giveOwnMedia, type OwnMedia } from "./own_media.ts";
import { hookPeers } from "./page_hooks.ts";
import { hear } from "./recorder.ts";
import { type Sound, tonesAmong } from "./sound.ts";
import { type Tab, until } from "./tab.ts";

const NAMES = "Ann Ben Cleo Dan Eve Finn Gus Hana Ian Jo".split(" ");

/** Colours that no codec takes for one another; for as many as a mesh carries pictures of. */
const COLOURS: readonly (readonly [number, number, number])[] = [
  [220, 0, 0],
  [0, 200, 0],
  [0, 0, 220],
  [220, 220, 0],
  [200, 0, 200],
  [0, 200, 200],
];

/** Somebody of a group. */
export interface Someone extends OwnMedia {
  name: string;
}

/** The n-th person of any group, from 0 to 9, with a tone and (the first six) a colour that nobody else has. */
export function someone(n: number): Someone {
  return {
    name: NAMES[n],
    hz: 400 + 97 * n,
    colour: COLOURS[n % COLOURS.length],
  };
}

/** Who and where. */
export interface Present extends Someone {
  tab: Tab;
}

/** Chromium plays 50 sounds at once (its audio manager's limit on output streams) and is deaf to more: in a call of ten each page plays nine and meters one. */
const PEOPLE_PER_BROWSER = 4;

/** As few Chromiums as will do: processes of their own for people's pages, and some for all that is the browser's. */
export class GroupBrowser implements AsyncDisposable {
  readonly #machines: Promise<ChromiumPerson>[] = [];
  #people = 0;

  /** A tab that shares nothing with the others'. */
  async newTab(who: Someone): Promise<ChromiumTab> {
    if (this.#people++ % PEOPLE_PER_BROWSER === 0) {
      this.#machines.push(openChromium());
    }
    return await tabOfOwn(await this.#machines.at(-1)!, who);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.#machines) await (await machine).close();
  }
}

/** A tab of somebody's own in a browser that others may use too: it shares nothing with theirs. */
export async function tabOfOwn(
  machine: ChromiumPerson,
  who: Someone,
): Promise<ChromiumTab> {
  const context = await machine.context.browser()!.newContext({
    viewport: { width: 1280, height: 800 },
  });
  await context.grantPermissions(["microphone", "camera"]);
  const tab = new ChromiumTab(await context.newPage());
  await giveOwnMedia(tab, who);
  await hookPeers(tab);
  return tab;
}

/**
 * Waits until the tab has heard each of these people, by the tones in what
 * its page plays, and since then nobody else. Not all of them need to be
 * heard at one moment: a machine with as many calls as people cuts sounds
 * up now and then.
 */
export async function hearsJust(
  tab: Tab,
  people: readonly Someone[],
  timeoutMs = 90_000,
): Promise<void> {
  const expected = people.map(({ name }) => name);
  const missing = new Set(expected);
  let strangers: string[] = [];
  await until(async () => {
    const heard = voicesIn(await hear(tab, 600));
    strangers = heard.filter((name) => !expected.includes(name));
    if (strangers.length > 0) {
      for (const name of expected) missing.add(name);
    } else for (const name of heard) missing.delete(name);
    return strangers.length === 0 && missing.size === 0;
  }, { what: `hearing ${expected}`, timeoutMs }).catch((error) => {
    throw new Error(
      `${error.message}; missing: ${[...missing]}; unexpected: ${strangers}`,
      { cause: error },
    );
  });
}

/** Whose tones those are, of all groups' people. */
function voicesIn(sound: Sound): string[] {
  const tones = tonesAmong(NAMES.map((_, n) => someone(n).hz), sound);
  return NAMES.filter((_, n) => tones.includes(someone(n).hz));
}

/** Waits until the tab shows just these people's pictures, each under its name and in its colour. */
export async function seesJust(
  tab: Tab,
  people: readonly Someone[],
  timeoutMs = 90_000,
): Promise<void> {
  const expected = people.map(({ name }) => name).sort().join();
  let seen = "";
  await until(async () => {
    const pictures = await tab.evaluate(pictureColours);
    seen = pictures.map(({ name, colour }) =>
      nameOf(colour) === name ? name : `${name} in ${colour}`
    ).sort().join();
    return seen === expected;
  }, { what: `pictures of ${expected}`, timeoutMs }).catch((error) => {
    throw new Error(`${error.message}; seen: ${seen}`, { cause: error });
  });
}

/** Whose colour that is; codecs and scaling leave it within some shades. */
function nameOf(colour: readonly number[]): string | undefined {
  const who = COLOURS.findIndex((own) =>
    own.every((shade, i) => Math.abs(shade - colour[i]) < 50)
  );
  return NAMES[who];
}

/** Runs in the page: whose pictures it shows, and the colour of the middle of each. */
function pictureColours(): { name: string; colour: number[] }[] {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4;
  const brush = canvas.getContext("2d", { willReadFrequently: true })!;
  return [...document.querySelectorAll<HTMLVideoElement>(
    ".tile:not(.self) video",
  )].map((video) => {
    brush.clearRect(0, 0, 4, 4);
    brush.drawImage(video, 0, 0, 4, 4);
    return {
      name: video.closest(".tile")!.querySelector("bdi")!.textContent!.trim(),
      colour: [...brush.getImageData(1, 1, 1, 1).data.slice(0, 3)],
    };
  });
}
