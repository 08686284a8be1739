import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { SocketCount } from "@/lib/server/socket_count.ts";

const make = () => new SocketCount({ sockets: 5, socketsPerAddress: 2 });

function codeOf(act: () => void): string {
  return assertThrows(act, ProtocolError).code;
}

Deno.test("SocketCount refuses an address that has its share, and everyone once the instance is full", () => {
  const count = make();
  for (const address of ["a", "a", "b", "b"]) {
    count.check(address);
    count.add(address);
  }
  assertEquals(codeOf(() => count.check("a")), "rate-limited");
  count.check("c");
  count.add("c");
  assertEquals(codeOf(() => count.check("d")), "unavailable");
  assertEquals(codeOf(() => count.check("a")), "rate-limited");
});

Deno.test("SocketCount gives back the place of a socket that is closed, at its address too", () => {
  const count = make();
  count.add("a");
  count.add("a");
  count.remove("a");
  assertEquals(count.open, 1);
  count.check("a");
  count.remove("a");
  assertEquals(count.open, 0);
});

Deno.test("SocketCount takes no socket while the process uses too much memory", () => {
  let mib = 399;
  const count = new SocketCount({
    sockets: 5,
    socketsPerAddress: 5,
    memoryMib: 400,
  }, () => mib * 1_048_576);
  count.check("a");
  mib = 401;
  assertEquals(codeOf(() => count.check("a")), "unavailable");
  mib = 399;
  count.check("a");
});
