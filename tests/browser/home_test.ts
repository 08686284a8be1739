/** The home page: rooms with options, and the rooms that are listed. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ChromiumTab } from "./chromium.ts";
import { openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { Product } from "./server.ts";
import { changeRoom, Host, makeRoom, takeSeat } from "./visitors.ts";

const OPTIONS = { role: "button", name: "Options" };
const START = { role: "button", name: "Start this call" };
const field = (name: string) => ({ role: "textbox", name });

/** What the list says of a room. */
function entry(tab: ChromiumTab, name: string): Promise<string> {
  return tab.evaluate(
    (name) =>
      [...document.querySelectorAll<HTMLElement>(".room-entry")]
        .find((entry) => entry.innerText.includes(name))?.innerText ?? "",
    name,
  );
}

Deno.test("Home: a room with options, whose errors stand at the fields and lose nothing", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { origin } = product;
  await makeRoom(origin, { slug: "taken", listed: true });
  const tab = await ann.newTab();
  await tab.goto(origin);
  await tab.click(OPTIONS);
  await look(tab, "home-options");

  await tab.fill(field("Name"), "Our team");
  await tab.fill(field("Readable link"), "-our team-");
  await tab.fill(field("PIN"), "123");
  await tab.fill(field("People at most"), "65");
  await tab.click(START);
  await tab.see("#room-pin-problem");
  await tab.see("#room-slug-problem");
  await tab.see("#room-seats-problem");
  assertEquals(
    await tab.evaluate(() => document.activeElement?.id),
    "room-slug",
  );
  await look(tab, "home-options-wrong", /400/);
  const filled = () =>
    tab.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>(".room-form .input")]
        .map(({ value }) => value).slice(0, 4)
    );
  assertEquals(await filled(), ["Our team", "-our team-", "123", "65"]);

  // A readable link for which a PIN or a place in the list is needed, and then one that another room has.
  await tab.fill(field("PIN"), "");
  await tab.fill(field("People at most"), "3");
  await tab.fill(field("Readable link"), "taken");
  await tab.click(START);
  await tab.waitFor(() =>
    document.querySelector("#room-slug-problem")?.textContent?.includes(
      "can be guessed",
    )
  );
  await tab.fill(field("PIN"), "2580");
  await tab.click(START);
  await tab.waitFor(() =>
    document.querySelector("#room-slug-problem")?.textContent?.includes(
      "Another room has this link",
    )
  );
  assertEquals(await filled(), ["Our team", "taken", "2580", "3"]);
  await tab.fill(field("Readable link"), "our-team");
  // Out of sight and back: as it was.
  await tab.click({ role: "button", name: "Without options" });
  await tab.gone(START);
  await tab.click(OPTIONS);
  assertEquals(await filled(), ["Our team", "our-team", "2580", "3"]);
  await tab.click({ role: "checkbox", name: "Picture" });
  await tab.click(START);
  await tab.see({ role: "heading", name: "Our team" });
  assertEquals(
    await tab.evaluate(() => location.pathname),
    "/r/our-team",
  );
  // Its maker is a host: no PIN is asked for, and there is no picture to bring.
  await tab.see({ role: "button", name: "Join with microphone" });
  await tab.gone({ role: "textbox", name: "PIN of this room" });
});

Deno.test("Home: listed rooms are there without scripts, and who is in them is kept up to date", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { origin } = product;
  const tab = await ann.newTab();
  await tab.page.clock.install();
  const refresh = () => tab.page.clock.fastForward(10_000);
  await tab.goto(origin);
  await tab.see(".rooms-empty");

  const team = await makeRoom(origin, {
    name: "Team",
    listed: true,
    slug: "team",
  });
  await makeRoom(origin, { name: "Not for everyone" });
  const duo = await makeRoom(origin, {
    name: "Duo",
    type: "voip",
    listed: true,
    pin: "2580",
  });
  const page = await (await fetch(origin)).text();
  for (const part of ["Team", `href="/r/team"`, "Duo", "Call for two"]) {
    assertStringIncludes(page, part);
  }
  assert(!page.includes("Not for everyone"));

  // Nobody loads the page anew.
  await refresh();
  await tab.waitFor(() => document.querySelector(".room-entry"), {
    what: "the rooms",
  });
  assertStringIncludes(await entry(tab, "Team"), "0 of 6");
  assertStringIncludes(await entry(tab, "Duo"), "PIN");
  const first = await tab.evaluate(() => {
    const entry = document.querySelector<HTMLElement>(".room-entry")!;
    entry.dataset.kept = "yes";
    return entry.innerText;
  });
  using _ben = await Host.connect(origin, team);
  using _carla = await Host.connect(origin, duo);
  using _dora = await Host.connect(origin, duo);
  await changeRoom(origin, team, { locked: true });
  await refresh();
  await tab.waitFor(
    () => document.body.innerText.includes("1 of 6"),
    { what: "somebody in the room" },
  );
  assertStringIncludes(await entry(tab, "Team"), "Locked");
  assertStringIncludes(await entry(tab, "Duo"), "Full");
  await look(tab, "home-rooms");
  using _emil = await Host.connect(origin, team);
  await refresh();
  await tab.waitFor(
    () => document.body.innerText.includes("2 of 6"),
    { what: "somebody else in the room" },
  );
  // The same elements all the time: nothing flickers, and no focus is lost.
  assertEquals(
    await tab.evaluate(() =>
      document.querySelector<HTMLElement>("[data-kept]")?.innerText.split("\n")
        .at(0)
    ),
    first.split("\n")[0],
  );

  await product.kill();
  await refresh();
  await tab.waitFor(
    () => document.body.innerText.includes("out of date"),
    { what: "that the list is old" },
  );
  await look(tab, "home-rooms-stale", /ERR_CONNECTION/);
});

Deno.test("Home: more rooms than fit, and those that one was in lately", async () => {
  await using product = await Product.start({
    env: { LIMIT_ROOMS_PER_MINUTE: "100" },
  });
  await using ann = await openChromium();
  const { origin } = product;
  for (let count = 0; count < 25; count++) {
    await makeRoom(origin, { name: `Room ${count}`, listed: true });
  }
  const tab = await ann.newTab();
  await tab.goto(origin);
  await tab.gone(".recent-rooms");
  const shown = () =>
    tab.evaluate(() => document.querySelectorAll(".room-entry").length);
  assertEquals(await shown(), 20);
  await tab.click({ role: "button", name: "Load more" });
  await tab.waitFor(
    () => document.querySelectorAll(".room-entry").length === 25,
    { what: "the other rooms" },
  );
  await tab.gone({ role: "button", name: "Load more" });

  const mine = await makeRoom(origin, { name: "Mine" });
  await takeSeat(origin, mine, "Ben");
  await tab.goto(`${mine.page}?enter=none&name=Ann`);
  await tab.click({ role: "button", name: "Leave" });
  await tab.click({ role: "link", name: "Start a new call" });
  await tab.click({ role: "link", name: "Mine" });
  await tab.see({ role: "heading", name: "Mine" });
  await tab.goto(origin);
  await tab.see(".recent-rooms");
  await look(tab, "home-recent");
  await tab.click({ role: "button", name: "Forget these rooms" });
  await tab.gone(".recent-rooms");
  await tab.goto(origin);
  await tab.gone(".recent-rooms");
});
