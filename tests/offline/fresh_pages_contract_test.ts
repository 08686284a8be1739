/** What pages, layouts and files of the routes folder give, on either Fresh. */

import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { asset } from "fresh/runtime";
import { ask, serveSite } from "./site_build.ts";

const page = (title: string, rest: string, body: string) =>
  '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>' +
  `<title>${title}</title><link rel="stylesheet" href="${
    asset("/site.css")
  }"/>${rest}</head><body><main>` +
  '<a href="/" data-ancestor="true" aria-current="true">Home</a>' +
  `${body}</main></body></html>`;

const withoutNonce = (text: string) =>
  text.replaceAll(/ nonce="[0-9a-f]{32}"/g, "");

Deno.test("a page is inside layout and wrapper, and adds to their head", async () => {
  const { status, headers, text } = await ask("/r/shack");
  assertEquals(status, 201);
  assertEquals(headers.get("content-type"), "text/html; charset=utf-8");
  assertEquals(headers.get("x-page"), "1");
  assertEquals(
    withoutNonce(text),
    page(
      "Room shack",
      '<meta name="description" content="a room"/>',
      "<h1>shack</h1><script>1 + 1</script>",
    ),
  );
});

Deno.test("a page without islands loads no script of Fresh's", async () => {
  const { headers, text } = await ask("/r/shack");
  assertEquals(headers.get("link"), null);
  assertNotMatch(text, /_fresh/);
});

Deno.test("csp with useNonce names the nonce of the page's scripts", async () => {
  const { headers, text } = await ask("/r/shack");
  const nonce = text.match(/<script nonce="([0-9a-f]{32})">/)?.[1];
  const policy = headers.get("content-security-policy")!;
  assert(policy.includes(`script-src 'self' 'nonce-${nonce}'`), policy);
  assertNotMatch(policy, /unsafe-inline/);
  const second = await ask("/r/shack");
  assert(!second.text.includes(nonce!), "each response has its own");
});

Deno.test("a folder's middlewares run in order, for its pages only", async () => {
  assertEquals((await ask("/r/shack")).headers.get("x-order"), "two, one");
  assertEquals((await ask("/deep/x")).headers.get("x-order"), null);
  assertEquals((await ask("/deep/x")).headers.get("x-root"), "seen");
  assertEquals((await ask("/plain")).headers.get("x-root"), null);
});

Deno.test("groups vanish from addresses, rests keep their slashes", async () => {
  const { status, text } = await ask("/deep/a/b");
  assertEquals(status, 200);
  assertEquals(text, page("Default", "", "<i>a/b for me</i>"));
});

Deno.test("parameters are decoded", async () => {
  assertMatch((await ask("/r/a%20b")).text, /<h1>a b<\/h1>/);
});

Deno.test("errors reach the error page with their status", async () => {
  for (const [path, status] of [["/r/forbidden", 403], ["/nowhere", 404]]) {
    const answer = await ask(path as string);
    assertEquals(answer.status, status);
    assertEquals(answer.text, page("Default", "", `<p>status ${status}</p>`));
  }
});

Deno.test("an error without status is a 500, and says nothing of itself", async () => {
  const log = console.error;
  console.error = () => {};
  try {
    const { status, text } = await ask("/r/broken");
    assertEquals(status, 500);
    assertEquals(text, page("Default", "", "<p>oops</p>"));
  } finally {
    console.error = log;
  }
});

Deno.test("a page may do without wrapper and layouts", async () => {
  const { text } = await ask("/bare");
  assertEquals(
    text,
    '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><b>bare</b></body></html>',
  );
});

Deno.test("a method that a file's handler lacks is answered 404", async () => {
  assertEquals((await ask("/r/shack", { method: "POST" })).status, 404);
});

Deno.test("HEAD is answered as GET, without the body", async () => {
  const { status, headers, text } = await ask("/r/shack", { method: "HEAD" });
  assertEquals([status, text], [201, ""]);
  assertEquals(headers.get("x-page"), "1");
});

Deno.test("islands stand between comments, their props in the boot script", async () => {
  const { headers, text } = await ask("/islands");
  const id = asset("/").split("=")[1];
  const script = (name: string) => `/_fresh/js/${id}/${name}.js`;
  const island = (
    at: string,
    name: string,
    props = "undefined undefined undefined",
  ) =>
    `<!--frsh:island:Counter:${at}:--><section id="${name}">` +
    '<button type="button" disabled >more</button><output>3</output>' +
    `<output>6</output><output>${props}</output></section><!--/frsh:island-->`;
  const list = '[1,null,null,{"text":"&lt;/script>&lt;!-- x"}]'
    .replaceAll('"', "&quot;");
  const body = island("0", "a", `1970-01-01T00:00:00.000Z ?q=1 ${list}`) +
    island("1", "b") +
    '<!--frsh:island:Box:2:--><div id="box" class="closed">' +
    '<button type="button" >toggle</button><div><!--frsh:slot:1:children-->' +
    `<em class="slot">slot text</em> tail${island("3", "c")}` +
    "<!--/frsh:slot--></div></div><!--/frsh:island-->" +
    "<!--frsh:island:Named:4:--><u>named</u><!--/frsh:island-->";
  const after = text.slice(text.indexOf("</a>") + 4);
  assert(after.startsWith(`<div>${body}</div></main>`), after);

  const boot = after.slice(after.indexOf("</main>") + 7);
  assert(
    boot.startsWith('<template id="frsh-0-title"><b>Title</b></template>'),
  );
  assertMatch(boot, /<script type="module" nonce="[0-9a-f]{32}">/);
  const imports = `import { boot } from "${script("fresh-runtime")}";` +
    `import Counter from "${script("Counter")}";import Box from "${
      script("Box")
    }";import { Named } from "${script("Box")}";boot({Counter,Box,Named},"`;
  assert(boot.includes(imports), boot);
  assert(
    boot.includes(`<\\/script>\\u003C!-- x`),
    "props cannot end the script",
  );
  const links = ["fresh-runtime", "Counter", "Box"].map((name) =>
    `<${script(name)}>; rel="modulepreload"; as="script"`
  );
  for (const link of links) assert(headers.get("link")!.includes(link), link);
});

Deno.test("bundles and assets may be kept for ever, bare files may not", async () => {
  const id = asset("/").split("=")[1];
  const caching = async (path: string) => {
    const { status, headers } = await ask(path);
    return [status, headers.get("cache-control")];
  };
  const forEver = "public, max-age=31536000, immutable";
  const never = "no-cache, no-store, max-age=0, must-revalidate";
  assertEquals(await caching(asset("/site.css")), [200, forEver]);
  assertEquals(await caching(`/_fresh/js/${id}/Counter.js`), [200, forEver]);
  assertEquals(await caching("/site.css"), [200, never]);
});

Deno.test("registerIsland: a module from elsewhere is bundled, with all that it exports", async () => {
  const id = asset("/").split("=")[1];
  const { status, text } = await ask(`/_fresh/js/${id}/twice.js`);
  assertEquals(status, 200);
  assertMatch(text, /export\s*\{[^}]*\btwice\b/);
});

Deno.test("an asset of another build is redirected to today's", async () => {
  const { status, headers } = await ask("/site.css?__frsh_c=old");
  assertEquals([status, headers.get("location")], [307, "/site.css"]);
});

Deno.test("files tell their type and size, and take GET and HEAD only", async () => {
  const { headers, text } = await ask("/site.css");
  assertEquals(headers.get("content-type"), "text/css; charset=UTF-8");
  assertEquals(headers.get("content-length"), String(text.length));
  assertEquals((await ask("/site.css", { method: "HEAD" })).text, "");
  assertEquals((await ask("/site.css", { method: "POST" })).status, 405);
});

Deno.test("no path leads out of the static folder", async () => {
  for (const path of ["/..%2fmain.ts", "/%2e%2e%2fmain.ts", "/..%5cmain.ts"]) {
    const { text } = await ask(path).catch(() => ({ text: "" }));
    assert(!text.includes("fsRoutes"), path);
  }
});

Deno.test("a route upgrades to a WebSocket in both ways", async () => {
  await using site = serveSite();
  const talk = (path: string, protocol?: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
    const socket = new WebSocket(
      site.origin.replace("http", "ws") + path,
      [
        protocol ?? [],
      ].flat(),
    );
    socket.onopen = () => socket.send("hello");
    socket.onerror = reject;
    let got: unknown;
    socket.onmessage = ({ data }) => {
      got = data;
      socket.close();
    };
    socket.onclose = () => resolve([got, socket.protocol]);
    return promise;
  };
  assertEquals(await talk("/api/socket"), ["managed hello", ""]);
  assertEquals(await talk("/api/socket?bare", "v1"), ["bare hello", "v1"]);
  assertEquals((await ask("/api/socket")).status, 400);
});
