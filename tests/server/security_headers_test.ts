import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  httpsRedirect,
  withSecurityHeaders,
} from "@/lib/server/security_headers.ts";

const SETTINGS = { trustedProxies: 0, corsOrigins: [] };

Deno.test("withSecurityHeaders() leaves the answer to an upgrade as it is", () => {
  // A program cannot make a Response with this status; Deno.upgradeWebSocket can.
  const upgrade = { status: 101, headers: new Headers() } as Response;
  const request = new Request("http://calls.example/ws");
  assertStrictEquals(withSecurityHeaders(upgrade, request, SETTINGS), upgrade);
  assertEquals([...upgrade.headers], []);
});

Deno.test("withSecurityHeaders() lets no host name write into the policy", () => {
  for (const host of ["a;script-src", "a,b", "a'b", "a*b", "a&b"]) {
    const request = new Request(`http://${host}/`);
    const { headers } = withSecurityHeaders(new Response(), request, SETTINGS);
    const policy = headers.get("Content-Security-Policy")!;
    assert(policy.includes("connect-src 'self';"), host);
    assertEquals(policy.split(";").length, 12);
  }
});

Deno.test("httpsRedirect() leaves a service alone whose public URL is plain http", () => {
  const request = new Request("http://calls.lan/", {
    headers: { "X-Forwarded-Proto": "http" },
  });
  const settings = { ...SETTINGS, trustedProxies: 1 };
  assertEquals(httpsRedirect(request, settings)?.status, 308);
  assertEquals(
    httpsRedirect(request, { ...settings, publicOrigin: "http://calls.lan" }),
    undefined,
  );
});
