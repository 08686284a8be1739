/** As many people as a mesh is made for, in real browsers: everyone hears and sees everyone, each by a tone and a colour of their own. */
import {
  GroupBrowser,
  hearsJust,
  type Present,
  seesJust,
  someone,
} from "./group.ts";
import { browserTest, newTab, person } from "./people.ts";
import { Product } from "./server.ts";
import { makeRoom } from "./visitors.ts";

/** So many people come into one room, one after the other; nobody talks yet. */
async function gather(
  product: Product,
  browser: GroupBrowser,
  count: number,
  way: "video" | "none",
): Promise<Present[]> {
  const room = await makeRoom(product.origin, { maxParticipants: count });
  const present: Present[] = [];
  for (let n = 0; n < count; n++) {
    // Two processors have up to 30 pictures to send and to show.
    const who = { ...someone(n), fps: 2 };
    const tab = await browser.newTab(who);
    await tab.goto(`${room.page}?enter=${way}&name=${who.name}`);
    await tab.see({ role: "button", name: "Leave" });
    if (way === "video") await tab.click({ role: "button", name: MUTE });
    present.push({ ...who, tab });
  }
  return present;
}

/** Everyone else's, for each: n·(n - 1) directed paths. */
async function everyPath(
  present: readonly Present[],
  check: (one: Present, others: Present[]) => Promise<void>,
): Promise<void> {
  await Promise.all(
    present.map((one) => check(one, present.filter((who) => who !== one))),
  );
}

const MUTE = "Mute microphone";
const UNMUTE = "Unmute microphone";

/** Two talk and five listen at a time: 90 sounds at once are too much for two processors, and listening is work, too. */
async function everyoneHearsEveryone(present: Present[]): Promise<void> {
  for (const talking of inGroups(present, 2)) {
    for (const { tab } of talking) {
      await tab.click({ role: "button", name: UNMUTE });
    }
    for (const listening of inGroups(present, 5)) {
      await Promise.all(
        listening.map((one) =>
          hearsJust(one.tab, talking.filter((who) => who !== one))
        ),
      );
    }
    for (const { tab } of talking) {
      await tab.click({ role: "button", name: MUTE });
    }
  }
}

function inGroups<T>(all: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / size) },
    (_, n) => all.slice(n * size, (n + 1) * size),
  );
}

Deno.test("6 people with camera and microphone: everyone hears and sees everyone", async () => {
  await using product = await Product.start();
  await using browser = new GroupBrowser();
  const present = await gather(product, browser, 6, "video");
  await everyPath(present, (one, others) => seesJust(one.tab, others));
  await everyoneHearsEveryone(present);
});

Deno.test("10 people with sound only: everyone hears everyone", async () => {
  await using product = await Product.start();
  await using browser = new GroupBrowser();
  await everyoneHearsEveryone(await gather(product, browser, 10, "none"));
});

browserTest(
  ["Chromium", "Firefox"],
  "two of each in one room: everyone hears everyone",
  async () => {
    await using opened = new AsyncDisposableStack();
    const product = opened.use(await Product.start());
    const room = await makeRoom(product.origin);
    const present: Present[] = [];
    for (
      const browser of ["Chromium", "Firefox", "Chromium", "Firefox"] as const
    ) {
      const who = someone(present.length);
      const tab = await newTab(opened.use(await person(browser, who.hz)));
      await tab.goto(`${room.page}?enter=sound&name=${who.name}`);
      await tab.see({ role: "button", name: "Leave" });
      present.push({ ...who, tab });
    }
    await everyPath(present, (one, others) => hearsJust(one.tab, others));
  },
);
