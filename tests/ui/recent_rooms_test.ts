import { assertEquals } from "@std/assert";
import {
  forgetRoom,
  forgetRooms,
  recentRooms,
  rememberRoom,
} from "@/lib/ui/recent_rooms.ts";

const KEY = "ringdown.rooms";
const room = (address: string, expiresAt: number | null = null) => ({
  address,
  name: `Room ${address}`,
  expiresAt,
});

Deno.test("recentRooms gives the latest first, each once, five at most", () => {
  forgetRooms();
  assertEquals(recentRooms(), []);
  for (const address of ["a", "b", "c", "a", "d", "e", "f"]) {
    rememberRoom(room(address));
  }
  assertEquals(
    recentRooms().map(({ address }) => address),
    ["f", "e", "d", "a", "c"],
  );
  forgetRoom("d");
  assertEquals(recentRooms().length, 4);
  forgetRooms();
  assertEquals(localStorage.getItem(KEY), null);
});

Deno.test("recentRooms leaves out what has ended by itself", () => {
  forgetRooms();
  rememberRoom(room("over", 1_000));
  rememberRoom(room("lives", 1_001));
  assertEquals(recentRooms(1_000).map(({ address }) => address), ["lives"]);
  forgetRooms();
});

Deno.test("recentRooms stands whatever somebody has put into the storage", () => {
  const wrong = [
    "",
    "{",
    "null",
    "{}",
    "[null, 1, {}]",
    JSON.stringify([{ address: "../x", name: "", expiresAt: null }]),
    JSON.stringify([{ address: "x", name: 1, expiresAt: null }]),
    JSON.stringify([{ address: "x", name: "", expiresAt: "never" }]),
  ];
  for (const text of wrong) {
    localStorage.setItem(KEY, text);
    assertEquals(recentRooms(), [], text);
  }
  rememberRoom(room("a"));
  assertEquals(recentRooms().length, 1);
  forgetRooms();
});
