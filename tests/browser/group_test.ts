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

/** So many people come into one room, one after the other. */
async function gather(
  product: Product,
  browser: GroupBrowser,
  count: number,
  way: "video" | "none",
): Promise<Present[]> {
  const room = await makeRoom(product.origin, { maxParticipants: count });
  const present: Present[] = [];
  for (let n = 0; n < count; n++) {
    const who = someone(n);
    const tab = await browser.newTab(who);
    await tab.goto(`${room.page}?enter=${way}&name=${who.name}`);
    await tab.see({ role: "button", name: "Leave" });
    present.push({ ...who, tab });
  }
  return present;
}

/** Everyone else's, for each: n·(n - 1) directed paths. So many check at once: hearing nine others is work too. */
async function everyPath(
  present: readonly Present[],
  check: (one: Present, others: Present[]) => Promise<void>,
  atOnce = present.length,
): Promise<void> {
  for (let n = 0; n < present.length; n += atOnce) {
    await Promise.all(
      present.slice(n, n + atOnce).map((one) =>
        check(one, present.filter((who) => who !== one))
      ),
    );
  }
}

Deno.test("6 people with camera and microphone: everyone hears and sees everyone", async () => {
  await using product = await Product.start();
  await using browser = new GroupBrowser();
  const present = await gather(product, browser, 6, "video");
  await everyPath(present, (one, others) => seesJust(one.tab, others));
  await everyPath(present, (one, others) => hearsJust(one.tab, others));
});

Deno.test("10 people with sound only: everyone hears everyone", async () => {
  await using product = await Product.start();
  await using browser = new GroupBrowser();
  const present = await gather(product, browser, 10, "none");
  // Three at a time: 90 sounds at once are too much for two processors.
  for (let n = 0; n < 10; n += 3) {
    const talking = present.slice(n, n + 3);
    for (const { tab } of talking) {
      await tab.click({ role: "button", name: "Unmute microphone" });
    }
    await everyPath(
      present,
      (one, others) =>
        hearsJust(one.tab, others.filter((who) => talking.includes(who))),
      5,
    );
    for (const { tab } of talking) {
      await tab.click({ role: "button", name: "Mute microphone" });
    }
  }
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
