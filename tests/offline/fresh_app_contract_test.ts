/** What an app without a build does, on either Fresh. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  App,
  createDefine,
  csp,
  HttpError,
  page,
  trailingSlashes,
} from "fresh";
import { h } from "preact";

async function ask(
  // deno-lint-ignore no-explicit-any
  app: App<any>,
  path: string,
  init?: RequestInit,
): Promise<[status: number, text: string, headers: Headers]> {
  const response = await app.handler()(
    new Request(`http://localhost${path}`, init),
  );
  return [response.status, await response.text(), response.headers];
}

const method = (name: string): RequestInit => ({ method: name });

async function silently<T>(run: () => Promise<T>): Promise<T> {
  const log = console.error;
  console.error = () => {};
  try {
    return await run();
  } finally {
    console.error = log;
  }
}

Deno.test("App: middlewares apply to what is added after them", async () => {
  const app = new App<{ seen: string }>()
    .get("/before", (ctx) => ctx.text(String(ctx.state.seen)))
    .use((ctx) => {
      ctx.state.seen = "yes";
      return ctx.next();
    })
    .get("/after", (ctx) => ctx.text(String(ctx.state.seen)));
  assertEquals((await ask(app, "/before"))[1], "undefined");
  assertEquals((await ask(app, "/after"))[1], "yes");
});

Deno.test("App: middlewares of a path apply below it only", async () => {
  const app = new App()
    .use("/api", () => new Response("stopped"))
    .get("/api/x", () => new Response("x"))
    .get("/apix", () => new Response("apix"));
  assertEquals((await ask(app, "/api/x"))[1], "stopped");
  assertEquals((await ask(app, "/apix"))[1], "apix");
});

Deno.test("App: known paths answer other methods with 405 and OPTIONS", async () => {
  const app = new App()
    .get("/x/:id", (ctx) => ctx.json(ctx.params))
    .post("/x/:id", () => new Response("made", { status: 201 }));
  assertEquals((await ask(app, "/x/7"))[1], '{"id":"7"}');
  assertEquals((await ask(app, "/x/7/"))[0], 404);
  assertEquals((await ask(app, "/x/7", method("POST")))[0], 201);
  assertEquals(
    (await ask(app, "/x/7", method("PUT"))).slice(0, 2),
    [405, "Method Not Allowed"],
  );
  const [status, , headers] = await ask(app, "/x/7", method("OPTIONS"));
  assertEquals([status, headers.get("allow")], [204, "GET, POST"]);
  assertEquals((await ask(app, "/y", method("OPTIONS")))[0], 404);
});

Deno.test("App: HEAD falls back to GET; a slash at the end is no other path", async () => {
  const app = new App().get("/x", (ctx) => ctx.text(ctx.route ?? "none"));
  assertEquals((await ask(app, "/x", method("HEAD"))).slice(0, 2), [200, ""]);
  assertEquals((await ask(app, "/x/"))[1], "/x");
  assertEquals((await ask(app, "//x"))[1], "/x");
});

Deno.test("App: all() takes every method, fixed paths go before patterns", async () => {
  const app = new App()
    .all("/:any", (ctx) => ctx.text(`any ${ctx.params.any}`))
    .all("/fixed", (ctx) => ctx.text("fixed"));
  assertEquals((await ask(app, "/fixed", method("DELETE")))[1], "fixed");
  assertEquals((await ask(app, "/other", method("PATCH")))[1], "any other");
});

Deno.test("App: an HttpError shows its message or its status's name", async () => {
  const app = new App()
    .get("/named", () => {
      throw new HttpError(409, "taken");
    })
    .get("/bare", () => {
      throw new HttpError(413);
    });
  assertEquals((await ask(app, "/named")).slice(0, 2), [409, "taken"]);
  assertEquals((await ask(app, "/bare")).slice(0, 2), [
    413,
    "Content Too Large",
  ]);
  assertEquals((await ask(app, "/none")).slice(0, 2), [404, "Not Found"]);
});

Deno.test("App: any other error is a 500 that says nothing", async () => {
  const app = new App().get("/", () => {
    throw new Error("secret");
  });
  assertEquals(
    (await silently(() => ask(app, "/"))).slice(0, 2),
    [500, "Internal server error"],
  );
});

Deno.test("App: no response at all is a 500", async () => {
  // deno-lint-ignore no-explicit-any
  const app = new App().get("/", () => undefined as any);
  assertEquals((await silently(() => ask(app, "/")))[0], 500);
});

Deno.test("App: onError gets the error, notFound what nothing answers", async () => {
  const app = new App()
    .onError("*", (ctx) => ctx.text(`caught ${(ctx.error as Error).message}`))
    .notFound((ctx) => ctx.text(`no ${ctx.url.pathname}`, { status: 404 }))
    .get("/throws", () => {
      throw new Error("it");
    });
  assertEquals((await ask(app, "/throws"))[1], "caught it");
  assertEquals((await ask(app, "/nix")).slice(0, 2), [404, "no /nix"]);
});

Deno.test("App: onError catches what middlewares of its path throw, too", async () => {
  const app = new App()
    .onError("/a", (ctx) => ctx.text(`a: ${(ctx.error as Error).message}`))
    .use("/a", () => {
      throw new Error("early");
    })
    .get("/a/x", () => new Response("x"))
    .get("/b", () => {
      throw new HttpError(410, "elsewhere");
    });
  assertEquals((await ask(app, "/a/x"))[1], "a: early");
  assertEquals((await ask(app, "/b"))[1], "elsewhere");
});

Deno.test("App: X-Forwarded headers count only when the proxy is trusted", async () => {
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "a.b" };
  for (const trustProxy of [true, false]) {
    const app = new App({ trustProxy })
      .get("/", (ctx) => ctx.text(ctx.url.origin));
    assertEquals(
      (await ask(app, "/", { headers }))[1],
      trustProxy ? "https://a.b" : "http://localhost",
    );
  }
});

Deno.test("Context: redirect never leaves this host by a path", async () => {
  const app = new App()
    .get("/", (ctx) => ctx.redirect("//evil.example/x//y?to=//z"))
    .get("/301", (ctx) => ctx.redirect("https://a.b/c", 301));
  const [status, , headers] = await ask(app, "/");
  assertEquals(status, 302);
  assertEquals(headers.get("location"), "/evil.example/x/y?to=//z");
  const [other, , more] = await ask(app, "/301");
  assertEquals([other, more.get("location")], [301, "https://a.b/c"]);
});

Deno.test("Context: text, html and json set their types", async () => {
  const app = new App()
    .get("/text", (ctx) => ctx.text("a", { status: 202 }))
    .get("/html", (ctx) => ctx.html("<p>", { headers: { "x-a": "b" } }))
    .get("/json", (ctx) => ctx.json({ a: 1 }, { status: 203 }));
  const type = (headers: Headers) => headers.get("content-type");
  const [s1, , h1] = await ask(app, "/text");
  assertEquals([s1, type(h1)], [202, "text/plain;charset=UTF-8"]);
  const [, , h2] = await ask(app, "/html");
  assertEquals([type(h2), h2.get("x-a")], ["text/html; charset=utf-8", "b"]);
  const [s3, t3, h3] = await ask(app, "/json");
  assertEquals([s3, t3, type(h3)], [203, '{"a":1}', "application/json"]);
});

Deno.test("Context: render takes JSX only, and completes the page", async () => {
  const app = new App()
    .get("/", (ctx) => ctx.render(h("p", null, "hi"), { status: 418 }))
    // deno-lint-ignore no-explicit-any
    .get("/text", (ctx) => ctx.render("text" as any));
  assertEquals((await ask(app, "/")).slice(0, 2), [
    418,
    '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><p>hi</p></body></html>',
  ]);
  assertEquals((await silently(() => ask(app, "/text")))[0], 500);
});

Deno.test("Context: upgrade wants a WebSocket request", async () => {
  const app = new App().get("/", (ctx) => ctx.upgrade().response);
  assertEquals((await ask(app, "/")).slice(0, 2), [
    400,
    "Expected a WebSocket upgrade request",
  ]);
});

Deno.test("csp: directives replace the defaults of their name", async () => {
  const app = new App()
    .use(csp({ csp: ["img-src blob:"], reportOnly: true, reportTo: "/r" }))
    .get("/", () => new Response("x"));
  const [, , headers] = await ask(app, "/");
  assertEquals(
    headers.get("content-security-policy-report-only"),
    "default-src 'self'; script-src 'self' 'unsafe-inline'; " +
      "style-src 'self' 'unsafe-inline'; font-src 'self'; " +
      "media-src 'self' data: blob:; worker-src 'self' blob:; " +
      "connect-src 'self'; object-src 'none'; base-uri 'self'; " +
      "form-action 'self'; frame-ancestors 'none'; " +
      "upgrade-insecure-requests; img-src blob:; report-to csp-endpoint; " +
      "report-uri /r",
  );
  assertEquals(headers.get("reporting-endpoints"), 'csp-endpoint="/r"');
});

Deno.test("trailingSlashes: adds or removes the last slash, keeps the query", async () => {
  const never = new App().use(trailingSlashes("never"))
    .get("/x", () => new Response("x"));
  const always = new App().use(trailingSlashes("always"))
    .get("/x", () => new Response("x"));
  const location = async (app: App<unknown>, path: string) =>
    (await ask(app, path))[2].get("location");
  assertEquals(await location(never, "/x/?a=1"), "/x?a=1");
  assertEquals(await location(never, "/x"), null);
  assertEquals(await location(always, "/x?a=1"), "/x/?a=1");
  assertEquals(await location(always, "/x/"), null);
});

Deno.test("define and page: identity, and data with status and headers", () => {
  const define = createDefine<{ a: number }>();
  const handlers = define.handlers({ GET: () => page({ b: 1 }) });
  assertEquals(handlers.GET(), {
    data: { b: 1 },
    headers: undefined,
    status: undefined,
  });
  const component = define.page<typeof handlers>(({ data, state }) =>
    h("p", null, data.b + state.a)
  );
  assertEquals(typeof component, "function");
  const steps = [define.middleware((ctx) => ctx.next())];
  assertEquals(define.middleware(steps), steps);
});

Deno.test("HttpError: status, message, name and cause", () => {
  const error = assertThrows(
    () => {
      throw new HttpError(403, "no", { cause: 1 });
    },
    HttpError,
    "no",
  );
  assertEquals([error.status, error.name, error.cause], [403, "HttpError", 1]);
});

Deno.test("App: a port in use rejects listen()", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await assertRejects(
    () => new App().listen({ hostname: "127.0.0.1", port: taken.addr.port }),
    Deno.errors.AddrInUse,
  );
});
