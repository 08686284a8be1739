/** Perfect negotiation on real peer connections: random schedules, as tests/client/mesh/glare_test.ts has them on fakes. */
import { assertEquals } from "@std/assert";
import { buildLibrary } from "./build.ts";
import { ROOT } from "./lock.ts";
import { type Browser, browserTest, person } from "./people.ts";

const SCRIPT = "dist/glare.js";

/** How many, and how many at a time. */
const SCHEDULES: readonly [Browser, number, number][] = [
  ["Chromium", 90, 12],
  ["Firefox", 12, 6],
];

async function servePage() {
  await buildLibrary("tests/browser/glare_page.ts", SCRIPT);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const isScript = new URL(request.url).pathname === `/${SCRIPT}`;
      const type = isScript ? "text/javascript" : "text/html";
      return new Response(
        isScript
          ? await Deno.readFile(ROOT + SCRIPT)
          : `<!doctype html><title>Glare</title><script type="module" src="/${SCRIPT}"></script>`,
        { headers: { "content-type": type } },
      );
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

for (const [browser, count, atATime] of SCHEDULES) {
  browserTest(
    [browser],
    `${count} random schedules of offers that meet, restarts, rebuildings and a lossy channel converge`,
    async () => {
      await using page = await servePage();
      await using ann = await person(browser, 440);
      const tab = await ann.newTab();
      await tab.goto(page.origin);
      await tab.waitFor(() => "schedules" in globalThis);
      const wrong = await tab.evaluate(
        (range) => (globalThis as Page).schedules(...range),
        [count, atATime],
      );
      assertEquals(wrong, {});
      assertEquals(tab.problems, []);
    },
  );
}
