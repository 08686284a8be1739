import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { INLINE, TestServer } from "./server.ts";

const PERMISSIONS =
  "autoplay=(self), camera=(self), display-capture=(self), fullscreen=(self), microphone=(self), picture-in-picture=(self), screen-wake-lock=(self), accelerometer=(), encrypted-media=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()";

/** Headers that say what a page may do, as every answer is to have them. `socket` is the address of our own WebSockets. */
function securityHeaders(socket: string, nonce = "") {
  return {
    "content-security-policy":
      `default-src 'none'; script-src 'self'${nonce}; style-src 'self'; connect-src 'self' ${socket}; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; manifest-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": PERMISSIONS,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

/** What is different each time, or Deno's own. */
const VARYING = ["date", "content-length", "x-request-id", "content-encoding"];

const KINDS: Record<string, { path: string; others: Record<string, string> }> =
  {
    "a page": {
      path: "/page",
      others: { "content-type": "text/html; charset=utf-8" },
    },
    "a page that is not there": {
      path: "/nowhere",
      others: { "content-type": "text/html; charset=utf-8" },
    },
    "a page that broke": {
      path: "/page/broken",
      others: { "content-type": "text/html; charset=utf-8" },
    },
    "a file": {
      path: "/file.js",
      others: { "content-type": "text/javascript" },
    },
    "a redirect": {
      path: "/moved",
      others: { location: "https://calls.example/page" },
    },
    "the API": {
      path: "/api/rooms",
      others: {
        "content-type": "application/json",
        "cache-control": "no-store",
      },
    },
    "an API path that is not there": {
      path: "/api/x",
      others: {
        "content-type": "application/problem+json",
        "cache-control": "no-store",
      },
    },
    "an API path that broke": {
      path: "/api/broken",
      others: {
        "content-type": "application/problem+json",
        "cache-control": "no-store",
      },
    },
    "a path that cannot be decoded": {
      path: "/api/rooms/%ff",
      others: {
        "content-type": "application/problem+json",
        "cache-control": "no-store",
      },
    },
    "health": {
      path: "/healthz",
      others: {
        "content-type": "application/json",
        "cache-control": "no-store",
      },
    },
  };

for (const [kind, { path, others }] of Object.entries(KINDS)) {
  Deno.test(`The headers of ${kind}`, async () => {
    await using server = await TestServer.start();
    const { headers } = await server.call("GET", path);
    const host = new URL(server.url).host;
    const seen = Object.fromEntries(
      [...headers].filter(([name]) => !VARYING.includes(name)),
    );
    const nonce = / 'nonce-\w+'/.exec(seen["content-security-policy"])?.[0];
    assertEquals(
      nonce !== undefined,
      others["content-type"] !== undefined &&
        others["content-type"].startsWith("text/html"),
    );
    // Fresh's casing of its own content type differs between pages and error pages.
    seen["content-type"] &&= seen["content-type"].replace(";c", "; c");
    const isRouted = path.startsWith("/api") && !path.endsWith("%ff");
    assertEquals(seen, {
      ...securityHeaders(`ws://${host}`, nonce),
      ...others,
      ...isRouted && { vary: "Origin" },
      ...seen.vary === "Accept-Encoding" && { vary: seen.vary },
    });
  });
}

Deno.test("Each page's inline scripts have a nonce of their own, which its policy names", async () => {
  await using server = await TestServer.start();
  const nonces = new Set<string>();
  for (const path of ["/page", "/page", "/page/broken", "/nowhere"]) {
    const { headers, body } = await server.call("GET", path);
    const nonce = /<script[^>]* nonce="(\w{32})"[^>]*>/.exec(body)?.[1];
    assert(body.includes(INLINE) && nonce, path);
    const policy = headers.get("Content-Security-Policy")!;
    assert(policy.includes(`script-src 'self' 'nonce-${nonce}';`), path);
    nonces.add(nonce);
  }
  assertEquals(nonces.size, 4);
});

Deno.test("HSTS and the wss address are there on https only, behind a proxy that is trusted", async () => {
  const https = { "X-Forwarded-Proto": "https" };
  for (
    const [env, secure] of [[{}, false], [{ TRUST_PROXY: "1" }, true]] as const
  ) {
    await using server = await TestServer.start(env);
    const host = new URL(server.url).host;
    for (const path of ["/page", "/nowhere", "/api/rooms", "/file.js"]) {
      const { headers } = await server.call("GET", path, { headers: https });
      assertEquals(
        headers.get("Strict-Transport-Security"),
        secure ? "max-age=63072000; includeSubDomains" : null,
      );
      const socket = `${secure ? "wss" : "ws"}://${host};`;
      assert(headers.get("Content-Security-Policy")!.includes(socket));
    }
    const { headers } = await server.call("GET", "/page");
    assertEquals(headers.get("Strict-Transport-Security"), null);
  }
});

Deno.test("Plain http behind a trusted proxy is sent to https; a proxy's own probes are not", async () => {
  const http = { "X-Forwarded-Proto": "http" };
  await using server = await TestServer.start({ TRUST_PROXY: "1" });
  const moved = await server.call("GET", "//page//x?a=b", { headers: http });
  assertEquals(moved.status, 308);
  assertEquals(moved.headers.get("Location"), "https://127.0.0.1/page/x?a=b");
  assertEquals(moved.headers.get("Strict-Transport-Security"), null);
  assert(moved.headers.has("Content-Security-Policy"));
  assertEquals((await server.call("GET", "/healthz")).status, 200);

  await using named = await TestServer.start({
    TRUST_PROXY: "1",
    PUBLIC_URL: "https://calls.example",
  });
  assertEquals(
    (await named.call("GET", "/page", { headers: http })).headers
      .get("Location"),
    "https://calls.example/page",
  );
  await using untrusting = await TestServer.start();
  assertEquals(
    (await untrusting.call("GET", "/page", { headers: http })).status,
    200,
  );
});

const FRIEND = "https://friend.example";
const ORIGINS: [origin: string, allowed: boolean][] = [
  [FRIEND, true],
  ["https://other.example:8443", true],
  ["https://evil.example", false],
  ["null", false],
  ["https://friend.example:444", false],
  ["http://friend.example", false],
  ["https://friend.example.evil.example", false],
  ["https://FRIEND.example", false],
  ["*", false],
];

Deno.test("CORS follows the list exactly, for calls and for what precedes them", async () => {
  await using server = await TestServer.start({
    CORS_ORIGIN: `${FRIEND} https://other.example:8443`,
  });
  for (const [origin, allowed] of [...ORIGINS, [server.url, true] as const]) {
    const shown = allowed ? origin : null;
    for (const path of ["/api/rooms", "/api/ice", "/api/nowhere"]) {
      const call = await server.call("GET", path, {
        headers: { Origin: origin },
      });
      assertEquals(call.headers.get("Access-Control-Allow-Origin"), shown);
      assertMatch(call.headers.get("Vary")!, /\bOrigin\b/);

      const before = await server.call("OPTIONS", path, {
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "authorization,content-type",
        },
      });
      assertEquals(before.status, 204);
      assertMatch(before.headers.get("Vary")!, /\bOrigin\b/);
      assertEquals(before.headers.get("Access-Control-Allow-Origin"), shown);
      assertEquals(
        before.headers.get("Access-Control-Allow-Headers"),
        allowed ? "Authorization, Content-Type" : null,
      );
      for (const { headers } of [call, before]) {
        assertEquals(headers.get("Access-Control-Allow-Credentials"), null);
        assertNotEquals(headers.get("Access-Control-Allow-Origin"), "*");
      }
    }
    const page = await server.call("GET", "/page", {
      headers: { Origin: origin },
    });
    assertEquals(page.headers.get("Access-Control-Allow-Origin"), null);
  }
});

Deno.test("A WebSocket passes the headers and middleware unharmed, and a foreign page's is refused", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  const { token } = (await server.join(roomId)).body;
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, [
    "ringdown.v1",
    `token.${token}`,
  ]);
  const first = await new Promise<string>((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = () => reject(new Error("refused"));
  });
  assertEquals(JSON.parse(first).type, "welcome");
  assertEquals(socket.protocol, "ringdown.v1");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;

  const foreign = await server.call("GET", "/ws", {
    headers: { Origin: "https://evil.example" },
  });
  assertEquals([foreign.status, foreign.body.code], [403, "origin-refused"]);
  const plain = await server.call("GET", "/ws");
  assertEquals([plain.status, plain.body.code], [426, "upgrade-required"]);
  assertEquals(plain.headers.get("Upgrade"), "websocket");
});
