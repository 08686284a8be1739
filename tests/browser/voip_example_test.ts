/** The client library as one file, on a plain page of another site. */
import { assert, assertEquals } from "@std/assert";
import { browserTest, newTab, person } from "./people.ts";
import { hear } from "./recorder.ts";
import { ROOT } from "./lock.ts";
import { Product } from "./server.ts";
import { dominantHz, levelDb } from "./sound.ts";
import { type Tab, until } from "./tab.ts";

/** Builds the library, and serves it with the examples as any file server would. */
async function serveExamples() {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "offline/run.ts", "client"],
    cwd: ROOT,
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const files: Record<string, string> = {
    "/examples/voip.html": "text/html",
    "/dist/ringdown.js": "text/javascript",
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (!Object.hasOwn(files, pathname)) {
        return new Response("Not Found", { status: 404 });
      }
      return new Response(await Deno.readFile(ROOT + pathname.slice(1)), {
        headers: { "content-type": `${files[pathname]}; charset=utf-8` },
      });
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function assertHears(tab: Tab, hz: number): Promise<void> {
  await tab.waitFor(
    () =>
      document.querySelector("#state")?.textContent === "VOIP: connected" &&
      document.querySelector("audio")!.currentTime > 0.5,
    { what: "the other's sound", timeoutMs: 30_000 },
  );
  const heard = await hear(tab, 1_500);
  const hertz = dominantHz(heard);
  assert(Math.abs(hertz - hz) < 8, `${hertz} Hz instead of ${hz}`);
}

browserTest(
  ["Chromium", "Chromium"],
  "two talk on the example of the client library, a plain page of another site",
  async () => {
    await using site = await serveExamples();
    await using product = await Product.start({
      env: { CORS_ORIGIN: site.origin },
    });
    await using ann = await person("Chromium", 440);
    await using ben = await person("Chromium", 880);
    const [a, b] = [await newTab(ann), await newTab(ben)];
    await a.goto(
      `${site.origin}/examples/voip.html?server=${product.origin}`,
    );
    await a.click({ role: "button", name: "Call" });
    await a.waitFor(
      () => document.querySelector("#state")?.textContent?.includes("Waiting"),
      { what: "Ann in the room" },
    );
    await b.goto(await a.evaluate(() => location.href));
    await b.click({ role: "button", name: "Call" });
    await assertHears(a, 880);
    await assertHears(b, 440);
    await a.click({ role: "button", name: "Mute" });
    await until(async () => levelDb(await hear(b, 600)) < -60, {
      what: "silence",
      timeoutMs: 6_000,
    });
    await a.click({ role: "button", name: "Unmute" });
    await assertHears(b, 440);
    await a.click({ role: "button", name: "Leave" });
    await b.waitFor(
      () =>
        document.querySelector("#state")?.textContent === "VOIP: disconnected",
      { what: "that Ann has left" },
    );
    for (const tab of [a, b]) {
      assert(tab.problems.length === 0, tab.problems.join("\n"));
    }
  },
);

// deno-lint-ignore no-explicit-any -- names that live in the page only.
type Page = any;

browserTest(
  ["Chromium", "Chromium"],
  "VOIPService connects two by one offer and one answer carried by hand",
  async () => {
    await using site = await serveExamples();
    await using ann = await person("Chromium", 440);
    await using ben = await person("Chromium", 880);
    const [a, b] = [await newTab(ann), await newTab(ben)];
    for (const tab of [a, b]) {
      await tab.goto(`${site.origin}/examples/voip.html`);
      await tab.evaluate(async () => {
        const page = globalThis as Page;
        const { VOIPService } = await page.eval('import("/dist/ringdown.js")');
        page.voip = new VOIPService({
          iceServers: [],
          onAudioStream: (stream: MediaStream) =>
            document.querySelector("audio")!.srcObject = stream,
          onConnectionStateChange: (state: string) =>
            document.querySelector("#state")!.textContent = `VOIP: ${state}`,
        });
        await page.voip.createConnection("room", "other");
      });
    }
    await a.evaluate(async () => {
      await (globalThis as Page).voip.enableMicrophone();
    });
    const offer = await a.evaluate(() =>
      (globalThis as Page).voip.createOffer()
    );
    const answer = await b.evaluate(async (offer) => {
      const { voip } = globalThis as Page;
      await voip.setRemoteOffer(offer);
      return await voip.createAnswer();
    }, offer);
    await a.evaluate(
      (answer) => (globalThis as Page).voip.setRemoteAnswer(answer),
      answer,
    );
    // His microphone comes when all is negotiated: it needs no new offer.
    await b.evaluate(async () => {
      await (globalThis as Page).voip.enableMicrophone();
    });
    await assertHears(a, 880);
    await assertHears(b, 440);
    const state = await a.evaluate(() => (globalThis as Page).voip.getState());
    assertEquals([state.microphone, state.quality], ["on", 100]);
    assert(state.inputLevel > 0 && state.inputLevel <= 100);
    await a.evaluate(() => (globalThis as Page).voip.close());
    assertEquals(
      await a.evaluate(() => (globalThis as Page).voip.getConnectionState()),
      null,
    );
  },
);
