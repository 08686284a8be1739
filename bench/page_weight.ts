/** The JavaScript of a page for somebody who comes for the first time, what stands in the page itself included; compressed as servers and CDNs do. */
import { describePackages, type Packages } from "../lib/server/built_with.ts";
import { type ChromiumTab, openChromium } from "../tests/browser/chromium.ts";
import { ROOT } from "../tests/browser/lock.ts";
import { Product } from "../tests/browser/server.ts";
import { makeRoom } from "../tests/browser/visitors.ts";
import { report } from "./figure.ts";

const HOME_KB = 20;
const CALL_KB = 80;

/** What somebody does once the page is there, and how much JavaScript there may then be at most, in KB. */
interface Use {
  name: string;
  path: string;
  limit: number;
  act(tab: ChromiumTab): Promise<void>;
}

/** Bytes of all scripts in this use, gzip'd one by one. */
async function scripts(origin: string, { path, act }: Use): Promise<number> {
  await using person = await openChromium();
  const tab = await person.newTab();
  const bodies = new Map<string, Promise<Uint8Array>>();
  tab.page.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    if (type.includes("javascript")) {
      bodies.set(response.url(), response.body());
    }
  });
  await tab.goto(`${origin}${path}`);
  await tab.page.waitForLoadState("networkidle");
  await act(tab);
  await tab.page.waitForLoadState("networkidle");
  tab.page.removeAllListeners("response"); // What is fetched ahead may follow.
  const inline = await tab.evaluate(inlineScripts);
  const all = [
    ...await Promise.all(bodies.values()),
    ...inline.map((text) => new TextEncoder().encode(text)),
  ];
  const sizes = await Promise.all(
    all.map(async (body) => (await gzip(body)).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Runs in the page: its scripts that were not fetched. A script of another type is data (HTML, 4.12.1). */
function inlineScripts(): string[] {
  return [...document.scripts]
    .filter(({ src, type }) =>
      src === "" && /^(|module|.*javascript)$/.test(type)
    )
    .map(({ text }) => text);
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Goes into the call from the lobby. */
async function join(tab: ChromiumTab): Promise<void> {
  await tab.fill({ role: "textbox", name: "Your name" }, "Ann");
  await tab.click({
    role: "button",
    name: "Join with camera and microphone",
  });
  await tab.see({ role: "button", name: "Leave" });
}

/** Opens what a call offers. */
async function lookAround(tab: ChromiumTab): Promise<void> {
  await join(tab);
  await tab.click({ role: "button", name: "Invite" });
  await tab.page.waitForLoadState("networkidle");
  await tab.press("Escape");
  await tab.click({ role: "button", name: "Chat" });
}

/** Measures, and prints one line. */
export async function benchPageWeight(): Promise<void> {
  await using product = await Product.start();
  const { roomId } = await makeRoom(product.origin);
  const path = `/r/${roomId}`;
  const stay = () => Promise.resolve();
  const uses: Use[] = [
    { name: "home", path: "/", limit: HOME_KB, act: stay },
    { name: "lobby", path, limit: CALL_KB, act: stay },
    { name: "lobby and call", path, limit: CALL_KB, act: join },
    {
      name: "call, entered at once",
      path: `${path}?enter=sound`,
      limit: CALL_KB,
      act: stay,
    },
    {
      name: "lobby and call, invitation and chat opened",
      path,
      limit: CALL_KB,
      act: lookAround,
    },
  ];
  const weighed: (Use & { kilobytes: number })[] = [];
  for (const use of uses) {
    const kilobytes = await scripts(product.origin, use) / 1_000;
    weighed.push({ ...use, kilobytes });
  }
  const builtWith: Packages = JSON.parse(
    await Deno.readTextFile(`${ROOT}_fresh/built_with.json`),
  );
  const list = weighed.map(({ name, kilobytes }) =>
    `${name} ${kilobytes.toFixed(1)}`
  );
  await report({
    name: "page_weight",
    says: `JavaScript at first use, KB gzip'd: ${list.join("; ")}; built with ${
      describePackages(builtWith)
    }`,
    builtWith,
    target: {
      what: `home at most ${HOME_KB}, call page at most ${CALL_KB}`,
      held: weighed.every(({ kilobytes, limit }) => kilobytes <= limit),
    },
    figures: Object.fromEntries(
      weighed.map(({ name, kilobytes }) => [`${name}, KB`, kilobytes]),
    ),
  });
}

if (import.meta.main) await benchPageWeight();
