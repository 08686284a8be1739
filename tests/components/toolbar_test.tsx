import { assert, assertEquals } from "@std/assert";
import type { ToolbarState } from "@/components/call_tools.ts";
import { Toolbar } from "@/components/Toolbar.tsx";
import type { Actions } from "@/lib/ui/shortcuts.ts";
import { html } from "./render.ts";

const nothing = () => {};

const ACTIONS: Actions = {
  microphone: nothing,
  camera: nothing,
  hand: nothing,
  chat: nothing,
  people: nothing,
  invite: nothing,
};

function toolbar(
  state: Partial<ToolbarState> = {},
  actions: Actions = ACTIONS,
) {
  return (
    <Toolbar
      actions={actions}
      state={{
        microphoneOn: true,
        cameraOn: false,
        screenOn: false,
        handRaised: false,
        deafened: false,
        layout: "grid",
        fullScreen: false,
        panel: null,
        unread: 0,
        people: 2,
        ...state,
      }}
      onLeave={nothing}
    />
  );
}

/** What a screen reader calls the buttons. */
function names(node: ReturnType<typeof toolbar>): string[] {
  return [...html(node).matchAll(/<button[^>]* aria-label="([^"]*)"/g)]
    .map(([, name]) => name);
}

Deno.test("Toolbar names what each button will do", () => {
  assertEquals(names(toolbar()), [
    "Mute microphone",
    "Start video",
    "Raise hand",
    "Chat",
    "People, 2",
    "Invite",
    "More",
  ]);
  const other = { microphoneOn: false, cameraOn: true, handRaised: true };
  assertEquals(names(toolbar(other)).slice(0, 3), [
    "Unmute microphone",
    "Stop video",
    "Lower hand",
  ]);
});

Deno.test("Toolbar counts what was written meanwhile", () => {
  assert(names(toolbar({ unread: 3 })).includes("Chat, 3 new"));
});

Deno.test("Toolbar has no button for what the room does not allow", () => {
  assertEquals(names(toolbar({}, { invite: nothing })), ["Invite", "More"]);
});

Deno.test("Toolbar disables what is not possible now, and nothing else", () => {
  const disabled = (node: ReturnType<typeof toolbar>) =>
    html(node).match(/<button[^>]* disabled/g)?.length ?? 0;
  assertEquals(disabled(toolbar()), 0);
  assertEquals(disabled(toolbar({}, { ...ACTIONS, camera: null })), 1);
});

Deno.test("Toolbar needs nothing that the Content-Security-Policy forbids", () => {
  assert(!/\s(style|on[a-z]+)=|<script|<style/i.test(html(toolbar())));
});
