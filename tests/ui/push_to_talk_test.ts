import { assertEquals } from "@std/assert";
import { isTalkKey, PushToTalk } from "@/lib/ui/push_to_talk.ts";

type Key = Parameters<typeof isTalkKey>[0];

function press(more: Partial<Key> = {}): Key {
  return {
    key: " ",
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    target: null,
    ...more,
  };
}

/** An element that is one of those. */
function inside(kind: string): EventTarget {
  const element = {
    closest: (selector: string) =>
      selector.split(", ").includes(kind) ? element : null,
  };
  return element as unknown as EventTarget;
}

Deno.test("isTalkKey is the space bar alone", () => {
  assertEquals(isTalkKey(press()), true);
  assertEquals(isTalkKey(press({ key: "x" })), false);
  for (const more of ["altKey", "ctrlKey", "metaKey", "shiftKey"]) {
    assertEquals(isTalkKey(press({ [more]: true })), false, more);
  }
});

Deno.test("isTalkKey leaves the space to text, dialogs, menus and buttons that have the focus", () => {
  for (const kind of ["input", "textarea", "button", "dialog", "[popover]"]) {
    assertEquals(isTalkKey(press({ target: inside(kind) })), false, kind);
  }
  assertEquals(isTalkKey(press({ target: inside("main") })), true);
});

Deno.test("PushToTalk opens once and closes once", () => {
  const said: boolean[] = [];
  const talk = new PushToTalk((on) => said.push(on));
  talk.release();
  talk.press(true);
  talk.press(true);
  talk.release();
  talk.release();
  assertEquals(said, [true, false]);
});

Deno.test("PushToTalk leaves a microphone alone that was on, and the one that is not open", () => {
  const said: boolean[] = [];
  const talk = new PushToTalk((on) => said.push(on));
  talk.press(false);
  talk.release();
  assertEquals(said, []);
});
