/** Islands woken up in a real browser, on either Fresh. */

import { assertEquals } from "@std/assert";
import { openChromium } from "../browser/chromium.ts";
import { serveSite } from "./site_build.ts";

/** What a person sees of the islands, and the title. */
function look() {
  const texts = (id: string) =>
    [...document.querySelectorAll(`#${id} > output`)]
      .map((output) => output.textContent).join(" | ");
  const box = document.getElementById("box")!;
  return {
    a: texts("a"),
    b: texts("b"),
    c: texts("c"),
    box: `${box.className}: ${box.textContent}`,
    title: document.title,
    named: document.querySelectorAll("u").length,
    disabled: document.querySelectorAll("button[disabled]").length,
    marks: document.querySelectorAll("main section, main em").length,
  };
}

const UNSET = "undefined undefined undefined";
const SET =
  '1970-01-01T00:00:00.000Z ?q=1 [1,null,null,{"text":"</script><!-- x"}]';

Deno.test("islands hydrate: props, slots, one signal for all of them", async () => {
  await using site = serveSite();
  await using person = await openChromium();
  const tab = await person.newTab();
  await tab.goto(`${site.origin}/islands`);
  await tab.waitFor(() =>
    document.querySelectorAll("button[disabled]").length === 0
  );
  const first = {
    a: `3 | 6 | ${SET}`,
    b: `3 | 6 | ${UNSET}`,
    c: `3 | 6 | ${UNSET}`,
    box: `closed: toggleslot text tailmore36${UNSET}`,
    title: "Default",
    named: 1,
    disabled: 0,
    marks: 4,
  };
  assertEquals(await tab.evaluate(look), first);

  await tab.click("#c button");
  await tab.click("#a button");
  const counted = {
    ...first,
    a: `5 | 10 | ${SET}`,
    b: `5 | 10 | ${UNSET}`,
    c: `5 | 10 | ${UNSET}`,
    box: `closed: toggleslot text tailmore510${UNSET}`,
    title: "Count 5",
  };
  await tab.waitFor(() => document.title === "Count 5");
  assertEquals(await tab.evaluate(look), counted);

  await tab.click("#box > button");
  assertEquals(await tab.evaluate(look), {
    ...counted,
    box: `open: toggleTitleslot text tailmore510${UNSET}`,
  });
  await tab.click("#b button");
  await tab.click("#box > button");
  assertEquals((await tab.evaluate(look)).c, `6 | 12 | ${UNSET}`);
  assertEquals(tab.problems, []);
});

Deno.test("a page without islands runs nothing", async () => {
  await using site = serveSite();
  await using person = await openChromium();
  const tab = await person.newTab();
  await tab.goto(`${site.origin}/deep/x`);
  const loaded = await tab.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) =>
      new URL(name).pathname
    ).filter((path) => path.includes("/_fresh/"))
  );
  assertEquals(loaded, []);
  assertEquals(tab.problems, []);
});
