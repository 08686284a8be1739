/** Somebody whose network goes away and comes back: the browser says so itself, and each page in its own words. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openChromium } from "./chromium.ts";
import { look } from "./looks.ts";
import { Product } from "./server.ts";
import { makeRoom } from "./visitors.ts";

const LEAVE = { role: "button", name: "Leave" };

/** What Chromium writes of requests and sockets that it does not even try. */
const DISCONNECTED = /ERR_INTERNET_DISCONNECTED/;

Deno.test("The network goes away, and comes back", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { page } = await makeRoom(product.origin, { name: "Shack" });
  const [home, lobby, call] = [
    await ann.newTab(),
    await ann.newTab(),
    await ann.newTab(),
  ];
  await call.goto(`${page}?enter=video&name=Ann Ameise`);
  await call.see(LEAVE);
  await home.goto(product.origin);
  // What its buttons need comes a moment after the page.
  await home.waitFor(
    () =>
      performance.getEntriesByType("resource")
        .some(({ name }) => /\/room_requests-\w+\.js$/.test(name)),
    { what: "what is fetched ahead" },
  );
  await lobby.goto(page);
  await lobby.fill({ role: "textbox", name: "Your name" }, "Benno Biber");

  await ann.context.setOffline(true);
  const start = { role: "button", name: "Start a call" };
  await home.click(start);
  assertStringIncludes(
    await home.see("[role=alert]"),
    "You seem to be offline.",
  );
  await look(home, "home-offline", DISCONNECTED);
  await lobby.click({ role: "button", name: "Join with sound only" });
  assertEquals(
    await lobby.see(".joining [role=status]"),
    "You seem to be offline. Still trying…",
  );
  await look(lobby, "joining-offline", DISCONNECTED);
  // A socket dies without a word: it is asked at once, and has 5 s to answer.
  assertStringIncludes(
    await call.see(".banner"),
    "You seem to be offline. The call goes on as soon as you are back.",
  );
  await look(call, "call-offline", DISCONNECTED);

  await ann.context.setOffline(false);
  await call.gone(".banner");
  await lobby.see(LEAVE);
  for (const tab of [call, lobby]) {
    await tab.see(".tile:not(.self)");
  }
  await home.click(start);
  await home.see({ role: "textbox", name: "Your name" });
});
