/** A server that cannot be reached, cannot reach its database, or cannot start. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { buildProduct } from "./build.ts";
import { ROOT } from "./lock.ts";
import { openChromium } from "./chromium.ts";
import { Product } from "./server.ts";
import { until } from "./tab.ts";
import { makeRoom } from "./visitors.ts";

const JOIN = { role: "button", name: "Join with camera and microphone" };
const START = { role: "button", name: "Start a call" };
const LEAVE = { role: "button", name: "Leave" };
const heading = (name: string) => ({ role: "heading", name });

Deno.test("The server is down", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const { page } = await makeRoom(product.origin);
  const [home, lobby] = [await ann.newTab(), await ann.newTab()];
  await home.goto(product.origin);
  // What its buttons need comes a moment after the page.
  await home.waitFor(
    () =>
      performance.getEntriesByType("resource")
        .some(({ name }) => /\/room_requests-\w+\.js$/.test(name)),
    { what: "what is fetched ahead" },
  );
  await lobby.goto(page);
  await lobby.fill({ role: "textbox", name: "Your name" }, "Ann");

  await product.kill();
  await home.click(START);
  assertStringIncludes(
    await home.see("[role=alert]"),
    "The service can't be reached.",
  );
  await lobby.click(JOIN);
  const waiting = "The service can't be reached. Still trying…";
  assertEquals(await lobby.see(".joining [role=status]"), waiting);
  // Back to the lobby, and nothing is lost.
  await lobby.click({ role: "button", name: "Cancel" });
  await lobby.waitFor(() => document.querySelector("input")?.value === "Ann", {
    what: "the lobby with the name",
  });
  await lobby.click(JOIN);
  assertEquals(await lobby.see(".joining [role=status]"), waiting);

  await product.start();
  await lobby.see(LEAVE);
  await lobby.see(".tile.self video");
  await home.click(START);
  await home.see(JOIN);

  await product.kill();
  assertStringIncludes(
    await lobby.see(".banner"),
    "Reconnecting to the service. Your call goes on.",
  );
  await lobby.click({ role: "button", name: "Mute microphone" });
  await product.start();
  await lobby.gone(".banner", 30_000);
  await lobby.see({ role: "button", name: "Unmute microphone" });
});

Deno.test("The server goes down before the home page is there in full", async () => {
  await using product = await Product.start();
  await using ann = await openChromium();
  const home = await ann.newTab();
  for (const name of ["room_requests", "NewRoomForm"]) {
    const part = `**/${name}-*.js`;
    await home.page.route(part, (route) => route.abort());
    await home.goto(product.origin);
    await home.click(
      name === "room_requests" ? START : { role: "button", name: "Options" },
    );
    assertStringIncludes(
      await home.see("[role=alert]"),
      "The service can't be reached.",
    );
    await home.page.unroute(part);
    await home.click({ role: "link", name: "Load the page again" });
    await home.gone("[role=alert]");
  }
  await home.click(START);
  await home.see(JOIN);
});

Deno.test("The database cannot be opened", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ringdown-database-" });
  try {
    // A file where a folder has to be.
    await Deno.writeTextFile(`${folder}/kv`, "");
    await using product = await Product.start({
      readyPath: "/healthz",
      env: { DENO_KV_URL: `${folder}/kv/kv.sqlite3` },
    });
    const { origin } = product;
    const ready = await fetch(`${origin}/readyz`);
    assertEquals(ready.status, 503);
    assertEquals((await ready.json()).store, "unavailable");
    const refused = await fetch(`${origin}/api/rooms`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    assertEquals(refused.status, 503);
    assertEquals(
      refused.headers.get("content-type"),
      "application/problem+json",
    );
    assertMatch(refused.headers.get("retry-after")!, /^\d+$/);
    assertEquals((await refused.json()).code, "unavailable");

    await using ann = await openChromium();
    const tab = await ann.newTab();
    await tab.goto(origin);
    await tab.click(START);
    assertStringIncludes(
      await tab.see("[role=alert]"),
      "The service is having trouble.",
    );
    const page = await fetch(`${origin}/r/anyroom`);
    assertEquals(page.status, 503);
    await page.body?.cancel();
    await tab.goto(`${origin}/r/anyroom`);
    await tab.see(heading("The service is having trouble"));

    await Deno.remove(`${folder}/kv`);
    await until(async () => {
      const ready = await fetch(`${origin}/readyz`);
      await ready.body?.cancel();
      return ready.ok;
    }, { what: "the database" });
    await tab.click({ role: "link", name: "Try again" });
    await tab.see(heading("There is no such room"));
    await tab.click({ role: "link", name: "Home" });
    await tab.click(START);
    await tab.see(JOIN);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What a program says that is not to start, and how it ends. */
async function startInVain(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number; said: string[] }> {
  const { JWT_SECRET: _, ...around } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    clearEnv: true,
    env: { ...around, NO_COLOR: "1", HOST: "127.0.0.1", ...env },
    stdin: "null",
    // One that does start is ended, and has said other things.
    signal: AbortSignal.timeout(30_000),
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return {
    code,
    said: text.join("").split("\n").filter((line) => line !== ""),
  };
}

Deno.test("A port that is in use: one line says so", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, said } = await startInVain(
    ["run", "-A", "offline/run.ts", "start"],
    { PORT: String(port) },
  );
  assertEquals(said, [
    `error: 127.0.0.1:${port} is in use: end what listens there, or set PORT.`,
  ]);
  assertEquals(code, 1);
});

for (
  const [what, env, why] of [
    ["no secret", {}, "is needed in production"],
    ["a short secret", { JWT_SECRET: "4kLw8RzB6nYc1Hf" }, "must"],
  ] as [string, Record<string, string>, string][]
) {
  Deno.test(`Production with ${what} does not start, and says why`, async () => {
    await buildProduct();
    const { code, said } = await startInVain(
      ["serve", "-A", "--host=127.0.0.1", "--port=0", "_fresh/server.js"],
      { RINGDOWN_ENV: "production", DENO_KV_URL: ":memory:", ...env },
    );
    assert(code !== 0);
    assertEquals(said.length, 2, said.join("\n"));
    assertEquals(said[0], "Ringdown cannot start with these settings:");
    assertStringIncludes(said[1], `JWT_SECRET ${why}`);
    assert(!said.join().includes("4kLw8RzB6nYc1Hf"));
  });
}
