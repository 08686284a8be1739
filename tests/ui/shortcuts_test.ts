import { assertEquals } from "@std/assert";
import { shortcutOf } from "@/lib/ui/shortcuts.ts";

type Key = Parameters<typeof shortcutOf>[0];

function press(key: string, more: Partial<Key> = {}): Key {
  return {
    key,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    repeat: false,
    target: null,
    ...more,
  };
}

Deno.test("shortcutOf knows m, v and c, whatever Caps Lock says", () => {
  assertEquals(shortcutOf(press("m")), "microphone");
  assertEquals(shortcutOf(press("V")), "camera");
  assertEquals(shortcutOf(press("c")), "chat");
  assertEquals(shortcutOf(press("x")), null);
  assertEquals(shortcutOf(press("constructor")), null);
});

Deno.test("shortcutOf leaves the browser's keys and held keys alone", () => {
  for (const more of ["altKey", "ctrlKey", "metaKey", "repeat"]) {
    assertEquals(shortcutOf(press("c", { [more]: true })), null, more);
  }
});

Deno.test("shortcutOf leaves text fields and dialogs alone", () => {
  const inside = { closest: (selector: string) => selector };
  const outside = { closest: () => null };
  const target = (value: unknown) => ({ target: value as EventTarget });
  assertEquals(shortcutOf(press("m", target(inside))), null);
  assertEquals(shortcutOf(press("m", target(outside))), "microphone");
});
