/** The page of a call with several people, in every state that it can be in. */
import type { ChromiumTab } from "./chromium.ts";
import { openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { tellsWhenShown } from "./page_hooks.ts";
import { OTHER } from "./people.ts";
import { Product } from "./server.ts";
import { writeTone } from "./tone.ts";
import { type MadeRoom, makeRoom, Visitor } from "./visitors.ts";

/** They come without a browser: their tiles say that they are connecting. */
const CROWD = [
  "Carla Campos",
  "Dmitri Ostrovsky-Lindqvist",
  "Eve",
  "Farid Haddad",
  "Grete Grün",
  "Hiro Tanaka",
  "Ines",
  "Jonas Weber",
];

/** Waits until there are so many tiles. */
async function tiles(tab: ChromiumTab, count: number): Promise<void> {
  await tab.waitFor(
    (count) => document.querySelectorAll(".tile").length === count,
    { what: `${count} tiles` },
    count,
  );
}

/** Two people with pictures in one browser. */
async function pair(
  origin: string,
  person: Awaited<ReturnType<typeof openChromium>>,
  room: MadeRoom,
): Promise<[ChromiumTab, ChromiumTab]> {
  const a = await person.newTab();
  await a.goto(`${room.page}?enter=video&name=Ann Ameise`);
  await a.see(".tile.self video");
  const b = await person.newTab();
  await b.goto(`${origin}/r/${room.roomId}?enter=video&name=Benno Biber`);
  await b.see(`${OTHER} video`);
  await a.see(`${OTHER} video`);
  await a.page.bringToFront();
  return [a, b];
}

Deno.test("The page of a call with up to 20 people", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  using crowd = new DisposableStack();
  const { origin } = product;
  const room = await makeRoom(origin, { name: "Shack", maxParticipants: 32 });
  const [a] = await pair(origin, ann, room);
  const visitors: Visitor[] = [];
  for (const name of CROWD) {
    const visitor = crowd.use(await Visitor.enter(origin, room, name));
    visitors.push(visitor);
    if (visitors.length % 3 > 0) {
      visitor.send({ type: "track-state", kind: "audio", enabled: true });
    }
    const count = visitors.length + 2;
    await tiles(a, count);
    if ([3, 4, 6, 10].includes(count)) await look(a, `group-${count}`);
  }
  visitors[2].send({ type: "presence", handRaised: true });
  await a.click({ role: "button", name: "Raise hand" });
  await a.waitFor(() => document.querySelectorAll(".raised").length === 2);
  await a.press("g");
  await a.see(".tile.large");
  await look(a, "group-spotlight");
  await a.press("p");
  await a.see(".panel.people");
  await look(a, "group-people");
  await a.press("p");
  await a.press("g");
  visitors[1].send({ type: "track-state", kind: "screen", enabled: true });
  await a.see(".tile.screen");
  await look(a, "group-screen-coming");
  visitors[1].send({ type: "track-state", kind: "screen", enabled: false });
  for (let count = 11; count <= 20; count++) {
    crowd.use(await Visitor.enter(origin, room, `Guest ${count}`));
  }
  await tiles(a, 20);
  await look(a, "group-20");
});

Deno.test("What stands in front of a call: menus, dialogs, banners", async () => {
  await using product = await Product.start();
  await using ann = await openChromium({
    args: ["--auto-select-desktop-capture-source=Entire screen"],
  });
  const { origin } = product;
  const room = await makeRoom(origin, { name: "Shack" });
  const [a, b] = await pair(origin, ann, room);

  await a.press(",");
  await a.see({ role: "dialog", name: "Settings" });
  await look(a, "call-settings");
  await a.press("Escape");
  await a.gone("dialog");
  await a.press("?");
  await a.see({ role: "dialog", name: "Keyboard shortcuts" });
  await look(a, "call-help");
  await a.press("Escape");
  await a.gone("dialog");
  await a.click({ role: "button", name: "More" });
  await a.see({ role: "button", name: "Settings" });
  await look(a, "call-more");
  await a.press("Escape");
  await a.waitFor(() => document.querySelector(".quality") !== null);
  await a.page.hover(OTHER);
  await a.click({ role: "button", name: "Options for Benno Biber" });
  await a.see({ role: "slider", name: "Volume of Benno Biber" });
  await look(a, "call-tile-menu");
  await a.press("Escape");

  await a.press("s");
  await a.see({ role: "button", name: "Stop sharing" });
  await look(a, "call-sharing");
  await b.page.bringToFront();
  await b.see(".tile.screen video");
  await look(b, "call-screen");

  // The fake microphone beeps on: it is "talking" while muted.
  await b.press("d");
  await b.press("m");
  await b.see(".muted-talk .banner", 30_000);
  await look(b, "call-banners");
});

Deno.test("What a call says of sound that is blocked, and of a microphone that gives none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ringdown-silence-" });
  try {
    await writeTone(`${folder}/silence.wav`, 0);
    await using product = await Product.start();
    await using ann = await openChromium();
    await using ben = await openChromium({
      wav: `${folder}/silence.wav`,
      args: ["--autoplay-policy=user-gesture-required"],
    });
    const room = await makeRoom(product.origin, { name: "Shack" });
    const a = await ann.newTab();
    await a.goto(`${room.page}?enter=sound&name=Ann Ameise`);
    await a.see({ role: "button", name: "Leave" });

    const b = await ben.newTab();
    const isBlocked = await tellsWhenShown(b, "Turn on sound");
    await b.goto(`${room.page}?enter=none&name=Benno Biber`);
    await isBlocked();
    await look(b, "call-sound-blocked");
    await b.click({ role: "button", name: "Turn on sound" });
    await b.gone({ role: "button", name: "Turn on sound" });

    await b.click({ role: "button", name: "Unmute microphone" });
    const way = { role: "button", name: "Choose another microphone" };
    await b.see(way, 30_000);
    await look(b, "call-microphone-silent");
    await b.click(way);
    await b.see({ role: "combobox", name: "Microphone" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
