import { assertEquals } from "@std/assert";
import { actionOf, keyOf, SHORTCUTS } from "@/lib/ui/shortcuts.ts";

type Key = Parameters<typeof actionOf>[0];

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

Deno.test("each action has one key, and each key one action", () => {
  const keys = new Set(SHORTCUTS.map(({ key }) => key));
  const actions = new Set(SHORTCUTS.map(({ action }) => action));
  assertEquals(keys.size, SHORTCUTS.length);
  assertEquals(actions.size, SHORTCUTS.length);
  for (const { key, action } of SHORTCUTS) {
    assertEquals(actionOf(press(key)), action);
    assertEquals(keyOf(action), key);
  }
});

Deno.test("actionOf takes letters whatever Caps Lock says, and no other keys", () => {
  assertEquals(actionOf(press("V")), "camera");
  assertEquals(actionOf(press("x")), null);
  assertEquals(actionOf(press("constructor")), null);
});

Deno.test("actionOf leaves the browser's keys and held keys alone", () => {
  for (const more of ["altKey", "ctrlKey", "metaKey", "repeat"]) {
    assertEquals(actionOf(press("c", { [more]: true })), null, more);
  }
});

Deno.test("actionOf leaves text fields and dialogs alone", () => {
  const inside = { closest: (selector: string) => selector };
  const outside = { closest: () => null };
  const target = (value: unknown) => ({ target: value as EventTarget });
  assertEquals(actionOf(press("m", target(inside))), null);
  assertEquals(actionOf(press("m", target(outside))), "microphone");
});
