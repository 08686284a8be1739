import { assertEquals } from "@std/assert";
import { callActions } from "@/lib/ui/call_actions.ts";
import { newCallPage } from "@/lib/ui/call_page.ts";
import { fakeLiveCall } from "../fakes/live_call.ts";
import { fakeParticipant } from "../fakes/participant.ts";

Deno.test("callActions switches what is on off, and what is off on", () => {
  const asked: unknown[][] = [];
  const actions = callActions(fakeLiveCall({ asked }), newCallPage());
  for (const name of ["microphone", "camera", "screen", "hand"] as const) {
    actions[name]!();
  }
  actions.deafen!();
  assertEquals(asked, [
    ["setMicrophone", false],
    ["setCamera", true],
    ["setScreen", true],
    ["setHandRaised", true],
    ["setDeafened", true],
  ]);
});

Deno.test("callActions has null for what the browser is asking about already", () => {
  const opening = { status: "opening" } as const;
  const actions = callActions(
    fakeLiveCall({
      local: { microphone: opening, camera: opening, screen: opening },
    }),
    newCallPage(),
  );
  assertEquals(
    [actions.microphone, actions.camera, actions.screen],
    [null, null, null],
  );
});

Deno.test("callActions has nothing that the room, the role or the browser does not allow", () => {
  const page = newCallPage();
  const closed = callActions(
    fakeLiveCall({
      media: { audio: false, video: false, screen: false, chat: false },
    }),
    page,
  );
  const sending = ["microphone", "camera", "screen"] as const;
  for (const name of [...sending, "chat"] as const) {
    assertEquals(closed[name], undefined, name);
  }
  const me = fakeParticipant("me", { isLocal: true, role: "listener" });
  const listening = callActions(fakeLiveCall({ view: { me } }), page);
  for (const name of sending) assertEquals(listening[name], undefined, name);
  assertEquals(typeof listening.hand, "function");
  const phone = fakeLiveCall({ local: { screenSupported: false } });
  assertEquals(callActions(phone, page).screen, undefined);
});

Deno.test("callActions opens one panel at a time, and closes the one that is open", () => {
  const page = newCallPage();
  const { chat, people } = callActions(fakeLiveCall(), page);
  chat!();
  assertEquals(page.panel.value, "chat");
  people!();
  assertEquals(page.panel.value, "people");
  people!();
  assertEquals(page.panel.value, null);
});

Deno.test("callActions unpins whoever was pinned when the layout changes", () => {
  const page = newCallPage();
  const { layout } = callActions(fakeLiveCall(), page);
  page.pinned.value = "ann:camera";
  layout!();
  assertEquals([page.layout.value, page.pinned.value], ["spotlight", null]);
  layout!();
  assertEquals(page.layout.value, "grid");
});
