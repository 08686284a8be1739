import { assertEquals } from "@std/assert";
import { parseIp } from "@/lib/server/ip.ts";
import { requestAddress } from "@/lib/server/request_address.ts";

function address(
  hostname: string,
  forwarded?: string,
  trustedProxies = 0,
): string {
  const request = new Request("http://calls.example/", {
    headers: forwarded === undefined ? {} : { "X-Forwarded-For": forwarded },
  });
  const remote = { transport: "tcp" as const, hostname, port: 1 };
  return requestAddress(request, remote, trustedProxies);
}

Deno.test("requestAddress() is the connection's, whatever the client claims", () => {
  assertEquals(address("203.0.113.9", "198.51.100.1"), "203.0.113.9");
  assertEquals(address("::ffff:203.0.113.9"), "203.0.113.9");
});

Deno.test("requestAddress() behind proxies is the one that the outermost of them saw", () => {
  assertEquals(address("10.0.0.1", "198.51.100.1", 1), "198.51.100.1");
  assertEquals(
    address("10.0.0.1", "6.6.6.6, 198.51.100.1", 1),
    "198.51.100.1",
  );
  assertEquals(
    address("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", 2),
    "198.51.100.1",
  );
  assertEquals(address("10.0.0.1", "198.51.100.1:4711", 1), "198.51.100.1");
  assertEquals(
    address("10.0.0.1", "[2001:db8::1]:4711", 1),
    "2001:db8:0:0::/64",
  );
});

Deno.test("requestAddress() falls back to the connection's where a proxy left nothing usable", () => {
  for (const forwarded of ["", "unknown", "1.2.3.4.5", "999.1.1.1", "a, b,"]) {
    assertEquals(address("10.0.0.1", forwarded, 1), "10.0.0.1", forwarded);
  }
  assertEquals(address("10.0.0.1", undefined, 1), "10.0.0.1");
  assertEquals(address("10.0.0.1", "198.51.100.1", 2), "10.0.0.1");
});

Deno.test("requestAddress() counts all of an IPv6 /64 as one", () => {
  assertEquals(
    address("2001:db8:1:2:3:4:5:6"),
    address("2001:db8:1:2:ffff::1"),
  );
  assertEquals(address("2001:db8:1:2::"), "2001:db8:1:2::/64");
  assertEquals(address("fe80::1%eth0"), "fe80:0:0:0::/64");
  assertEquals(
    requestAddress(
      new Request("http://x/"),
      { transport: "unix", path: "/run/x" },
      0,
    ),
    "local",
  );
});

Deno.test("parseIp() takes addresses and nothing else", () => {
  const good: Record<string, number[]> = {
    "0.0.0.0": [0, 0, 0, 0],
    "255.255.255.255": [255, 255, 255, 255],
    "::": Array(16).fill(0),
    "::1": [...Array(15).fill(0), 1],
    "1::": [0, 1, ...Array(14).fill(0)],
    "1:2:3:4:5:6:7:8": [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8],
    "64:ff9b::1.2.3.4": [0, 100, 255, 155, ...Array(8).fill(0), 1, 2, 3, 4],
    "::ffff:1.2.3.4": [1, 2, 3, 4],
  };
  for (const [text, bytes] of Object.entries(good)) {
    assertEquals(parseIp(text), bytes, text);
  }
  const bad = [
    "",
    "1.2.3",
    "256.1.1.1",
    "1.2.3.4 ",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::",
    "1.2.3.4::",
    "::1.2.3",
    "localhost",
  ];
  for (const text of bad) assertEquals(parseIp(text), undefined, text);
});
