/** People who write to each other, with and without a path of their own. */
import { assert, assertEquals } from "@std/assert";
import { type ChromiumTab, openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { hookPeers, type PeerHook } from "./page_hooks.ts";
import { Product } from "./server.ts";
import { type Tab, until } from "./tab.ts";
import { makeRoom } from "./visitors.ts";

const MESSAGE = { role: "textbox", name: "Message" };

/** Writes to everyone, or to one. */
async function write(tab: ChromiumTab, text: string, to = "Everyone") {
  await tab.page.getByRole("combobox", { name: "To" }).selectOption(to);
  const name = to === "Everyone" ? "Message" : `Message to ${to}`;
  await tab.fill({ role: "textbox", name }, text);
  await tab.press("Enter");
}

/** Waits until the chat shows exactly these texts, in this order. */
async function shows(tab: Tab, texts: readonly string[]): Promise<void> {
  const read = () =>
    [...document.querySelectorAll(".line-text")].map((line) => {
      const copy = line.cloneNode(true) as Element;
      for (const mark of copy.querySelectorAll(".line-mark")) mark.remove();
      return copy.textContent!;
    });
  const wanted = JSON.stringify(texts);
  let shown: string[] = [];
  await until(
    async () => JSON.stringify(shown = await tab.evaluate(read)) === wanted,
  ).catch(() => assertEquals(shown, texts));
}

/** Waits until a message bears that mark. */
async function isMarked(tab: Tab, text: string, mark: string): Promise<void> {
  await tab.waitFor(
    ([text, mark]) =>
      [...document.querySelectorAll(".line-text")].some((line) =>
        line.textContent!.startsWith(text) &&
        line.querySelector(".line-mark")?.textContent?.includes(mark)
      ),
    { what: `"${mark}" at "${text}"` },
    [text, mark],
  );
}

async function openChat(tab: Tab): Promise<void> {
  await tab.press("c");
  await tab.see(MESSAGE);
}

/** The tab's later pages find no path to anybody: they may use TURN servers alone, and there are none. */
function withoutPath(tab: Tab): Promise<void> {
  return tab.beforeLoad(() => {
    const relayOnly = (configuration: RTCConfiguration = {}) => ({
      ...configuration,
      iceServers: [],
      iceTransportPolicy: "relay" as const,
    });
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(relayOnly(configuration));
      }
      override setConfiguration(configuration?: RTCConfiguration): void {
        super.setConfiguration(relayOnly(configuration));
      }
    };
  }, undefined);
}

Deno.test("Chromium: three people write to all and to one, come late and reload, and see everything once", async () => {
  await using product = await Product.start();
  await using person = await openChromium();
  const room = await makeRoom(product.origin);
  const enter = async (name: string) => {
    const tab = await person.newTab();
    await tab.goto(`${room.page}?enter=none&name=${name}`);
    await tab.see({ role: "button", name: "Leave" });
    return tab;
  };
  const ann = await enter("Ann");
  const ben = await enter("Ben");
  await ann.see(".tile:not(.self)");
  await openChat(ann);
  await openChat(ben);

  const html = `<img src=x onerror="alert(1)"> & <b>bold</b>`;
  const link = "see https://example.org/a_(b).";
  await write(ann, html);
  await write(ann, link);
  await shows(ben, [html, link]);
  await isMarked(ann, "see", "Delivered");
  assertEquals(
    await ben.evaluate(() =>
      [...document.querySelectorAll(".line-text *")].map((element) =>
        element.tagName === "A"
          ? [element.getAttribute("href"), element.getAttribute("rel")]
          : element.tagName
      )
    ),
    [
      "SPAN",
      "SPAN",
      ["https://example.org/a_(b)", "noopener noreferrer nofollow"],
      "SPAN",
    ],
  );

  // Shift and Enter break the line, Enter sends.
  await ben.fill(MESSAGE, "first line");
  await ben.press("Shift+Enter");
  for (const letter of "second") await ben.press(letter);
  await ben.press("Enter");
  await shows(ann, [html, link, "first line\nsecond"]);

  await write(ann, "for Ben alone", "Ben, only");
  const both = [html, link, "first line\nsecond", "for Ben alone"];
  await shows(ben, both);
  await shows(ann, both);

  // Cy comes late: what was said to all is told, what was said to one is not.
  const cy = await enter("Cy");
  await cy.see({ role: "button", name: "Chat" }); // Nothing of it is news.
  await openChat(cy);
  await shows(cy, both.slice(0, 3));
  await write(cy, "hello from Cy");
  await shows(ann, [...both, "hello from Cy"]);

  // Who wrote it reloads: what was said to all is there, once and as before.
  await ann.reload();
  await ann.see({ role: "button", name: "Leave" });
  await openChat(ann);
  const publicly = [html, link, "first line\nsecond", "hello from Cy"];
  await shows(ann, publicly);
  assertEquals(
    await ann.evaluate(() => document.querySelectorAll(".line.own").length),
    2,
  );
  await write(ann, "back again");
  await shows(ben, [...both, "hello from Cy", "back again"]);
  await shows(cy, [...publicly, "back again"]);
  await isMarked(ann, "back again", "Delivered");

  // Whoever reads further up stays there, and is told of news. A draft outlives the panel.
  const long = Array.from({ length: 40 }, (_, i) => `line ${i}`).join("\n");
  await write(ann, long);
  await shows(ben, [...both, "hello from Cy", "back again", long]);
  await ben.evaluate(() => {
    document.querySelector(".chat-list")!.scrollTop = 0;
  });
  await write(ann, "https://good.example@evil.example/ is not what it seems");
  const news = { role: "button", name: "1 new message" };
  await ben.see(news);
  await ben.fill(MESSAGE, "a draft");
  await look(ben, "chat-news");
  await ben.click(news);
  await ben.gone(news);
  await look(ben, "chat-end");
  await ben.press("Escape");
  await ben.gone(MESSAGE);
  await openChat(ben);
  assertEquals(
    await ben.evaluate(() => document.querySelector("textarea")!.value),
    "a draft",
  );

  // What was written for one who leaves meanwhile goes to nobody.
  await ben.page.getByRole("combobox", { name: "To" }).selectOption("Cy, only");
  await ben.fill({ role: "textbox", name: "Message to Cy, only" }, "psst");
  await look(ben, "chat");
  await cy.click({ role: "button", name: "Leave" });
  await ben.see(".chat-note");
  await ben.press("Enter");
  await look(ben, "chat-left");
  await ben.page.getByRole("combobox", { name: "To" }).selectOption("Everyone");
  assertEquals(
    await ben.evaluate(() => document.querySelector("textarea")!.value),
    "psst",
  );
  await shows(ann, [
    ...publicly,
    "back again",
    long,
    "https://good.example@evil.example/ (to evil.example) is not what it seems",
  ]);
  assertEquals([ann.problems, ben.problems, cy.problems], [[], [], []]);
});

Deno.test("Chromium: people between whom no path can be had write to each other all the same, see it delivered and come late", async () => {
  await using product = await Product.start();
  await using person = await openChromium();
  const room = await makeRoom(product.origin);
  const enter = async (name: string) => {
    const tab = await person.newTab();
    await withoutPath(tab);
    await hookPeers(tab);
    await tab.goto(`${room.page}?enter=none&name=${name}`);
    await tab.see({ role: "button", name: "Leave" });
    return tab;
  };
  const ann = await enter("Ann");
  const ben = await enter("Ben");
  await ann.see(".tile:not(.self)");
  await openChat(ann);
  await openChat(ben);

  await write(ann, "can you read this?");
  await shows(ben, ["can you read this?"]);
  await write(ben, "every word");
  await write(ben, "but I hear nothing", "Ann, only");
  const all = ["can you read this?", "every word", "but I hear nothing"];
  await shows(ann, all);
  await isMarked(ann, "can you read", "Delivered");
  await isMarked(ben, "every word", "Delivered");
  await isMarked(ben, "but I hear", "Delivered");

  const cy = await enter("Cy");
  await openChat(cy);
  await shows(cy, all.slice(0, 2));
  await ann.reload();
  await ann.see({ role: "button", name: "Leave" });
  await openChat(ann);
  await shows(ann, all.slice(0, 2));

  for (const tab of [ann, ben, cy]) {
    const states = await tab.evaluate(() =>
      (globalThis as unknown as { ringdownPeers: PeerHook }).ringdownPeers.all
        .map(({ connectionState }) => connectionState)
    );
    assert(states.length >= 2 && !states.includes("connected"), `${states}`);
    assertEquals(tab.problems, []);
  }
  for (const text of all) assert(!product.output.includes(text));
});
