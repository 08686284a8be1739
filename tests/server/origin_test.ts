import { assertEquals } from "@std/assert";
import {
  clientScheme,
  isAllowedOrigin,
  ownOrigin,
} from "@/lib/server/origin.ts";

const PLAIN = { trustedProxies: 0, corsOrigins: [] };

function request(url: string, headers: Record<string, string> = {}): Request {
  return new Request(url, { headers });
}

Deno.test("ownOrigin() is the configured one, or that of the request", () => {
  const asked = request("http://calls.example:8000/x?y");
  assertEquals(ownOrigin(asked, PLAIN), "http://calls.example:8000");
  assertEquals(
    ownOrigin(asked, { ...PLAIN, publicOrigin: "https://calls.example" }),
    "https://calls.example",
  );
});

Deno.test("clientScheme() believes X-Forwarded-Proto only of a trusted proxy, the nearest", () => {
  const header = (value: string) =>
    request("http://calls.example/", { "X-Forwarded-Proto": value });
  const trusting = { ...PLAIN, trustedProxies: 1 };
  assertEquals(clientScheme(header("https"), PLAIN), "http");
  assertEquals(clientScheme(header("https"), trusting), "https");
  assertEquals(clientScheme(header("https, http"), trusting), "http");
  assertEquals(clientScheme(header("HTTPS"), trusting), "https");
  assertEquals(clientScheme(header("gopher"), trusting), "http");
  assertEquals(ownOrigin(header("https"), trusting), "https://calls.example");
});

Deno.test("isAllowedOrigin() takes our own and listed origins, compared as a whole", () => {
  const settings = { ...PLAIN, corsOrigins: ["https://friend.example"] };
  const asked = request("https://ours.example/ws");
  const allowed = ["https://ours.example", "https://friend.example"];
  const refused = [
    "https://evil.example",
    "null",
    "",
    "https://ours.evil.example",
    "https://ours.example.evil.example",
    "https://ours.example:444",
    "http://ours.example",
    "https://OURS.example",
    "https://ours.example/",
    "https://friend.example:8443",
    "http://friend.example",
    "*",
  ];
  for (const origin of allowed) {
    assertEquals(isAllowedOrigin(origin, asked, settings), true, origin);
  }
  for (const origin of refused) {
    assertEquals(isAllowedOrigin(origin, asked, settings), false, origin);
  }
});
