/** Perfect negotiation on real peer connections: random schedules, as tests/client/mesh/glare_test.ts has them on fakes, and one that is not random. */
import { assertEquals } from "@std/assert";
import { buildLibrary } from "./build.ts";
import { ROOT } from "./lock.ts";
import { type Browser, browserTest, person } from "./people.ts";
import type { Tab } from "./tab.ts";

/** How many, and how many at a time. */
const SCHEDULES: readonly [Browser, number, number][] = [
  ["Chromium", 90, 12],
  ["Firefox", 12, 6],
];

/** Runs `fn` with a tab that has run `tests/browser/${name}.ts`. */
async function withPage(
  browser: Browser,
  name: string,
  fn: (tab: Tab) => Promise<void>,
): Promise<void> {
  const script = `dist/${name}.js`;
  await buildLibrary(`tests/browser/${name}.ts`, script);
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const isScript = new URL(request.url).pathname === `/${script}`;
      const type = isScript ? "text/javascript" : "text/html";
      return new Response(
        isScript
          ? await Deno.readFile(ROOT + script)
          : `<!doctype html><title>Glare</title><script type="module" src="/${script}"></script>`,
        { headers: { "content-type": type } },
      );
    },
  );
  await using ann = await person(browser, 440);
  const tab = await ann.newTab();
  await tab.goto(`http://127.0.0.1:${server.addr.port}`);
  await fn(tab);
  assertEquals(tab.problems, []);
}

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

for (const [browser, count, atATime] of SCHEDULES) {
  browserTest(
    [browser],
    `${count} random schedules of offers that meet, restarts, rebuildings and a lossy channel converge`,
    () =>
      withPage(browser, "glare_page", async (tab) => {
        await tab.waitFor(() => "schedules" in globalThis);
        const wrong = await tab.evaluate(
          (range) => (globalThis as Page).schedules(...range),
          [count, atATime],
        );
        assertEquals(wrong, {});
      }),
  );
  for (const when of ["before", "meanwhile"]) {
    browserTest(
      [browser],
      `an offer with the first picture is taken back; the camera, switched on ${when}, is seen`,
      () =>
        withPage(browser, "rollback_page", async (tab) => {
          await tab.waitFor(() => "takenBack" in globalThis);
          await tab.evaluate(
            (when) => (globalThis as Page).takenBack(when),
            when,
          );
        }),
    );
  }
}
