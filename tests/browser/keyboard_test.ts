/** From the home page into a call and out of it without a mouse. */
import { assertEquals } from "@std/assert";
import { openChromium } from "./chromium.ts";
import { browserTest, newTab, person } from "./people.ts";
import { Product } from "./server.ts";
import type { Tab } from "./tab.ts";
import { makeRoom } from "./visitors.ts";

/** More than any page has things to stop at. */
const MOST_STOPS = 25;

/** What has the focus, and whether that can be seen. */
interface Focus {
  name: string;
  problem: string | null;
}

/** Runs in the page. */
function focus(): Focus | null {
  const element = document.activeElement as HTMLElement;
  if (element === document.body) return null;
  const words = element.cloneNode(true) as HTMLElement;
  for (const silent of words.querySelectorAll("[aria-hidden]")) silent.remove();
  const name = element.getAttribute("aria-label") ??
    (element as HTMLInputElement).labels?.[0]?.innerText ??
    words.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const problem = outlineStyle === "none" || parseFloat(outlineWidth) < 2
    ? "has no outline"
    : left < 0 || top < 0 || right > innerWidth || bottom > innerHeight
    ? "is out of sight"
    : null;
  return { name: name.trim(), problem };
}

/** Tabs on to what is called `name`; every stop on the way must be visible. */
async function tabTo(tab: Tab, name: string): Promise<void> {
  const stops: string[] = [];
  for (let count = 0; count < MOST_STOPS; count++) {
    await tab.press("Tab");
    const stop = await tab.evaluate(focus);
    // Between the last and the first of the page is the browser itself.
    if (stop === null) continue;
    assertEquals(stop.problem, null, stop.name);
    if (stop.name === name) return;
    stops.push(stop.name);
  }
  throw new Error(`Tab does not lead to ${name}: ${stops.join(", ")}`);
}

/** Waits until what is called so has the focus by itself. */
async function focused(tab: Tab, name: string): Promise<void> {
  await tab.waitFor(
    (name) => {
      const element = document.activeElement!;
      const words = element.cloneNode(true) as HTMLElement;
      for (const silent of words.querySelectorAll("[aria-hidden]")) {
        silent.remove();
      }
      const own = element.getAttribute("aria-label") ?? words.textContent;
      return own.trim() === name;
    },
    { what: `the focus on ${name}` },
    name,
  );
}

for (const browser of ["Chromium", "Firefox"] as const) {
  browserTest([browser], "a call with nothing but the keyboard", async () => {
    await using product = await Product.start();
    await using ann = await person(browser, 440);
    const tab = await newTab(ann);
    await tab.goto(product.origin);
    await tab.waitFor(() => !document.querySelector("button")!.disabled);

    await tabTo(tab, "Start a call");
    await tab.press("Enter");
    await tab.see({ role: "textbox", name: "Your name" });
    await tab.waitFor(() => !document.querySelector("input")!.disabled);
    await tabTo(tab, "Your name");
    for (const letter of "Ann") await tab.press(letter);
    await tab.press("Enter");
    await tab.see({ role: "button", name: "Leave" });
    assertEquals((await tab.see(".tile.self bdi")).trim(), "Ann");
    await focused(tab, "Ringdown call");

    await tabTo(tab, "Options for your own tile");
    await tab.press("Enter");
    await focused(tab, "Pin: make it large");
    await tab.press("Enter");
    await tab.see(".tile.self.large");
    await focused(tab, "Options for your own tile");

    await tabTo(tab, "Mute microphone");
    await tab.press("Enter");
    await focused(tab, "Unmute microphone");
    await tab.press("m");
    await focused(tab, "Mute microphone");
    await tab.press("?");
    await tab.see({ role: "dialog", name: "Keyboard shortcuts" });
    await focused(tab, "Close");
    await tab.press("m"); // Belongs to what is in front.
    await tab.press("Escape");
    await tab.gone("dialog");
    await focused(tab, "Mute microphone");
    await tab.press("h");
    await tab.see({ role: "button", name: "Lower hand" });
    await tabTo(tab, "Chat");
    await tab.press("Enter");
    await focused(tab, "Message");
    for (const letter of "hi") await tab.press(letter);
    await tab.press("Enter");
    await tab.see(".line.own");
    await tab.press("Escape");
    await tab.gone(".chat");
    await focused(tab, "Chat");

    await tabTo(tab, "Invite");
    await tab.press("Enter");
    await tab.see("dialog");
    await focused(tab, "Copy");
    // In Firefox the way there leads through the browser's own controls.
    if (browser === "Chromium") await tabTo(tab, "Close");
    await tab.press("Escape");
    await tab.gone("dialog");
    await focused(tab, "Invite");

    await tabTo(tab, "More");
    await tab.press("Enter");
    await focused(tab, "Spotlight who speaks");
    await tabTo(tab, "Settings");
    await tab.press("Enter");
    await tab.see({ role: "dialog", name: "Settings" });
    if (browser === "Chromium") await tabTo(tab, "Microphone");
    await tab.press("Escape");
    await tab.gone("dialog");
    await focused(tab, "More");
    await tab.press("p");
    await tab.see(".panel.people");
    await tab.press("p");
    await tab.gone(".panel.people");

    await tabTo(tab, "Leave");
    await tab.press("Enter");
    await tab.see({ role: "heading", name: "You left the call" });
    await focused(tab, "You left the call");
    await tabTo(tab, "Start a new call");
    await tab.press("Enter");
    await tab.see({ role: "heading", name: "Open a link and talk." });
    assertEquals(tab.problems, []);
  });
}

browserTest(
  ["Chromium"],
  "hold the space bar to talk, however it is let go",
  async () => {
    await using product = await Product.start();
    await using ann = await openChromium();
    const tab = await ann.newTab();
    const room = await makeRoom(product.origin);
    await tab.goto(`${room.page}?enter=sound&name=Ann`);
    // A click leaves the focus where it was: the space bar is for talking.
    await tab.click({ role: "button", name: "Mute microphone" });
    const muted = { role: "button", name: "Unmute microphone" };
    const open = { role: "button", name: "Mute microphone" };
    await tab.see(muted);

    await tab.page.keyboard.down(" ");
    await tab.see(open);
    await tab.page.keyboard.up(" ");
    await tab.see(muted);

    await tab.page.keyboard.down(" ");
    await tab.see(open);
    await tab.evaluate(() => {
      globalThis.dispatchEvent(new Event("blur"));
    });
    await tab.see(muted);
    await tab.page.keyboard.up(" ");
    await tab.see(muted);

    // In a message it is a letter.
    await tab.press("c");
    await tab.see({ role: "textbox", name: "Message" });
    await tab.page.keyboard.down(" ");
    await tab.page.keyboard.up(" ");
    await tab.see(muted);
    assertEquals(tab.problems, []);
  },
);

browserTest(
  ["Chromium"],
  "a key that is pressed as soon as its button is there counts",
  async () => {
    await using product = await Product.start();
    await using ann = await openChromium();
    const tab = await ann.newTab();
    await tab.beforeLoad(() => {
      const press = new MutationObserver(() => {
        if (document.querySelector('[data-panel="chat"]') === null) return;
        press.disconnect();
        document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key: "c", bubbles: true }),
        );
      });
      press.observe(document, { childList: true, subtree: true });
    }, undefined);
    const room = await makeRoom(product.origin);
    await tab.goto(`${room.page}?enter=none&name=Ann`);
    await tab.see({ role: "textbox", name: "Message" });
    assertEquals(tab.problems, []);
  },
);
