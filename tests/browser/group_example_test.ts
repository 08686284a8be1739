/** The group example, a plain page of another site under a strict policy, with somebody on the call page. */
import { assert } from "@std/assert";
import { serveExamples } from "./examples.ts";
import { assertHears, assertSilent } from "./in_call.ts";
import { browserTest, inTouch, newTab, OTHER, person } from "./people.ts";
import { Product } from "./server.ts";

/** Nothing but its own files, and the server that it calls. */
const policy = (server: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src data:",
    `connect-src ${server} ${server.replace("http", "ws")}`,
    "require-trusted-types-for 'script'",
  ].join("; ");

browserTest(
  ["Chromium", "Chromium"],
  "the group example talks with the call page, mutes, hides and leaves",
  async () => {
    await using site = await serveExamples(policy);
    await using product = await Product.start({
      env: { CORS_ORIGIN: site.origin },
    });
    await using ann = await person("Chromium", 440);
    await using ben = await person("Chromium", 880);
    const [a, b] = [await newTab(ann), await newTab(ben)];
    await a.goto(
      `${site.origin}/examples/group.html?server=${product.origin}`,
    );
    await a.click({ role: "button", name: "Join" });
    await a.waitFor(
      () =>
        document.querySelector("#state")!.textContent === "Room: connected" &&
        document.querySelector("video")?.videoWidth,
      { what: "Ann in the room, with her picture" },
    );
    const room = await a.evaluate(() =>
      new URLSearchParams(location.search).get("room")
    );
    await b.goto(`${product.origin}/r/${room}?enter=video&name=Ben`);
    await inTouch(b);
    await a.waitFor(
      () => {
        const [, tile] = document.querySelectorAll("#people li");
        return tile?.textContent === "Ben" &&
          tile.querySelector("video")!.videoWidth > 0;
      },
      { what: "Ben's name and picture", timeoutMs: 30_000 },
    );
    await assertHears(a, 880);
    await assertHears(b, 440);
    await b.see(`${OTHER} video`);
    await a.click({ role: "button", name: "Mute" });
    await assertSilent(b);
    await a.click({ role: "button", name: "Unmute" });
    await assertHears(b, 440);
    await a.click({ role: "button", name: "Camera off" });
    await b.gone(`${OTHER} video`);
    await a.click({ role: "button", name: "Leave" });
    await b.gone(OTHER);
    assert(a.problems.length === 0, a.problems.join("\n"));
  },
);
