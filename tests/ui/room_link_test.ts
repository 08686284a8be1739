import { assertEquals } from "@std/assert";
import { inviteLink, roomPath } from "@/lib/ui/room_link.ts";

const ORIGIN = "https://call.example";

Deno.test("roomPath understands links, paths, ids and slugs", () => {
  const same = [
    "https://call.example/r/shack",
    "https://CALL.example/r/shack",
    "http://call.example/r/shack/",
    "call.example/r/shack",
    "/r/shack",
    "r/shack",
    "  shack\n",
  ];
  for (const entered of same) {
    assertEquals(roomPath(entered, ORIGIN), "/r/shack", entered);
  }
  assertEquals(roomPath("Ab_-9xYzAb_-9xYz", ORIGIN), "/r/Ab_-9xYzAb_-9xYz");
});

Deno.test("roomPath keeps the wishes and the key of a link", () => {
  assertEquals(
    roomPath("https://call.example/r/shack?enter=video#key", ORIGIN),
    "/r/shack?enter=video#key",
  );
});

Deno.test("roomPath refuses what is no room here", () => {
  const refused = [
    "",
    "   ",
    "two words",
    "https://evil.example/r/shack",
    "//evil.example/r/shack",
    "https://call.example.evil.example/r/shack",
    "https://call.example@evil.example/r/shack",
    "https://call.example:8443/r/shack",
    "javascript:alert(1)",
    "javascript://call.example/r/shack",
    "https://call.example/",
    "https://call.example/r/",
    "https://call.example/r/shack/more",
    "/r/%2e%2e",
    "/r/a%20b",
    "x".repeat(65),
  ];
  for (const entered of refused) {
    assertEquals(roomPath(entered, ORIGIN), null, entered);
  }
});

Deno.test("roomPath knows a host with a port without its scheme", () => {
  assertEquals(
    roomPath("localhost:8000/r/shack", "http://localhost:8000"),
    "/r/shack",
  );
});

Deno.test("inviteLink keeps the key and drops what concerned the sender", () => {
  const page = new URL("https://call.example/r/shack?enter&name=Ann#key");
  assertEquals(inviteLink(page, "shack"), "https://call.example/r/shack#key");
});
