/** Microphones and cameras that do not open: everyone is told why, and nobody is kept out. */
import { assertStringIncludes } from "@std/assert";
import { openChromium } from "./chromium.ts";
import { openFirefox } from "./firefox.ts";
import { browserTest } from "./people.ts";
import { Product } from "./server.ts";
import type { Person, Tab } from "./tab.ts";
import { makeRoom } from "./visitors.ts";

const OPEN = { Chromium: openChromium, Firefox: openFirefox };
const JOIN = { role: "button", name: "Join with camera and microphone" };
const LEAVE = { role: "button", name: "Leave" };

/** The lobby says `said` and lets in without devices; the call says it to who never saw the lobby. */
async function assertTold(tab: Tab, page: string, said: string): Promise<void> {
  await tab.goto(page);
  await tab.fill({ role: "textbox", name: "Your name" }, "Ann");
  await tab.click(JOIN);
  // Devices fail one after the other: what is said of the first is not all.
  await tab.waitFor(
    (said) =>
      document.querySelector(".preview-problems .problem")?.textContent
        ?.includes(said),
    { what: `"${said}"` },
    said,
  );
  await tab.click({ role: "button", name: "Join with neither" });
  await tab.see(LEAVE);
  await tab.gone(".banner");
  await tab.click({ role: "button", name: "Unmute microphone" });
  await assertBanner(tab, said);
  await tab.click(LEAVE);
  await tab.see({ role: "heading", name: "You left the call" });

  await tab.goto(`${page}?enter=sound&name=Ann`);
  await tab.see(LEAVE);
  await assertBanner(tab, said);
  await tab.click(LEAVE);
  await tab.see({ role: "heading", name: "You left the call" });
}

async function assertBanner(tab: Tab, said: string): Promise<void> {
  const banner = await tab.see(".banner.warn");
  assertStringIncludes(banner, "The others can't hear you.");
  assertStringIncludes(banner, said.replace(" camera or", ""));
}

/** Opens a browser that knows this machine as `lan.test` too, an address that browsers do not trust. */
function open(browser: "Chromium" | "Firefox"): Promise<Person> {
  return browser === "Chromium"
    ? openChromium({
      devices: "none",
      args: ["--host-resolver-rules=MAP lan.test 127.0.0.1"],
    })
    : openFirefox({
      devices: "none",
      prefs: { "network.dns.localDomains": "lan.test" },
    });
}

for (const browser of ["Chromium", "Firefox"] as const) {
  browserTest(
    [browser],
    "no microphone, and no way to ask for one",
    async () => {
      await using product = await Product.start();
      await using ann = await open(browser);
      const { page } = await makeRoom(product.origin);

      await assertTold(await ann.newTab(), page, "No camera or microphone was");

      const insecure = await ann.newTab();
      const address = page.replace("127.0.0.1", "lan.test");
      await insecure.goto(address);
      // Before anyone has clicked: there is nothing to ask.
      assertStringIncludes(
        await insecure.see(".preview-problems .problem"),
        "Open this address with https:// in front",
      );
      await assertTold(insecure, address, "Browsers only give the");
    },
  );

  browserTest([browser], "the microphone is not allowed", async () => {
    await using product = await Product.start();
    await using ann = await OPEN[browser]({ permission: "denied" });
    const { page } = await makeRoom(product.origin);
    await assertTold(
      await ann.newTab(),
      page,
      "Your browser doesn't let this page use the",
    );
  });
}

// Told by the one error that the page gets, which is the same everywhere.
browserTest(["Chromium"], "another program has the microphone", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { page } = await makeRoom(product.origin);
  const tab = await ann.newTab();
  await tab.beforeLoad(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("in use", "NotReadableError"));
  }, undefined);
  await assertTold(tab, page, "Another program is using the");
});
