import { signal } from "@preact/signals";
import { assert, assertEquals } from "@std/assert";
import type { CallView, Participant } from "@/lib/client/call/call_view.ts";
import type { Role } from "@/lib/protocol/messages.ts";
import type { Room } from "@/lib/protocol/room.ts";
import { newCallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { stoppedMessage } from "@/lib/ui/stopped_messages.ts";
import { ConfirmDialog } from "@/components/ConfirmDialog.tsx";
import { HostMenu } from "@/components/HostMenu.tsx";
import { PeoplePanel } from "@/components/PeoplePanel.tsx";
import { RoomDialog } from "@/components/RoomDialog.tsx";
import { fakeParticipant } from "../fakes/participant.ts";
import { ROOM } from "../fakes/signaling_server.ts";
import { html, text } from "./render.ts";

const nothing = () => {};

/** A call with Ann, who is one of its people, and others. */
function call(
  role: Role,
  others: Participant[] = [],
  part: Partial<CallView> = {},
  room: Partial<Room> = {},
): LiveCall {
  const view = signal<CallView>({
    state: { phase: "live", signaling: "connected" },
    room: { ...ROOM, ...room },
    me: fakeParticipant("ann", { name: "Ann", role, isLocal: true }),
    participants: others,
    messages: [],
    stopped: [],
    token: "token",
    hostToken: null,
    startedAt: 0,
    ...part,
  });
  const playbackView = signal({ people: new Map() });
  return { view, playbackView, call: {} } as unknown as LiveCall;
}

const ben = (part: Partial<Participant> = {}) =>
  fakeParticipant("ben", { name: "Ben", ...part });

function panel(live: LiveCall) {
  return <PeoplePanel live={live} page={newCallPage()} onClose={nothing} />;
}

function menu(live: LiveCall, person: Participant) {
  return (
    <HostMenu live={live} person={person} onAsk={nothing} onDone={nothing} />
  );
}

Deno.test("PeoplePanel shows everyone, oneself first, and what they have switched on", () => {
  const shown = text(panel(call("speaker", [
    ben({ role: "host", handRaised: true, cameraOn: true, screenOn: true }),
    fakeParticipant("carla", {
      name: "Carla",
      role: "listener",
      microphoneOn: false,
      presence: "away",
    }),
  ])));
  assert(shown.startsWith("People (3)"), shown);
  const [me, host, listener] = ["Ann (you)", "Ben", "Carla"]
    .map((name) => shown.indexOf(name));
  assert(0 < me && me < host && host < listener, shown);
  for (
    const part of [
      "Ben Host Hand raised Shares a screen Camera on Microphone on",
      "Carla Listens only · Away Camera off Microphone off",
    ]
  ) assert(shown.includes(part), shown);
});

Deno.test("PeoplePanel shows how loud those are whose microphone is on", () => {
  const meters = (others: Participant[]) =>
    html(panel(call("speaker", others))).split("person-level").length - 1;
  assertEquals(meters([ben()]), 2, "one's own, too");
  assertEquals(meters([ben({ microphoneOn: false })]), 1);
});

Deno.test("PeoplePanel has what a host can do for hosts only", () => {
  const host = text(panel(call("host", [ben()])));
  for (const part of ["Lock", "Room…", "End for all…"]) {
    assert(host.includes(part), host);
  }
  for (const role of ["speaker", "listener"] as const) {
    const other = text(panel(call(role, [ben()])));
    for (const part of ["Lock", "Room…", "End for all"]) {
      assert(!other.includes(part), other);
    }
  }
});

Deno.test("PeoplePanel tells everyone that the room is locked", () => {
  const live = call("listener", [], {}, { locked: true });
  assert(text(panel(live)).includes("The room is locked"));
  assert(!text(panel(call("listener"))).includes("locked"));
  const host = text(panel(call("host", [], {}, { locked: true })));
  assert(host.includes("Unlock"), host);
});

Deno.test("HostMenu asks to switch off only what is on", () => {
  const live = call("host");
  assertEquals(
    text(menu(live, ben({ cameraOn: true, screenOn: true }))),
    "Mute Stop their camera Stop their screen Remove from the room…",
  );
  assertEquals(
    text(menu(live, ben({ microphoneOn: false }))),
    "Remove from the room…",
  );
});

Deno.test("HostMenu can do nothing while the service cannot be reached", () => {
  const disabled = (live: LiveCall) =>
    html(menu(live, ben())).match(/ disabled/g)?.length ?? 0;
  assertEquals(disabled(call("host")), 0);
  const away = call("host", [], {
    state: { phase: "live", signaling: "reconnecting" },
  });
  assertEquals(disabled(away), 2);
});

Deno.test("stoppedMessage says who stopped what, and offers to undo only what can be undone", () => {
  for (const kind of ["audio", "video", "screen"] as const) {
    const host = stoppedMessage({ kind, by: "host" });
    assert(host.text.startsWith("A host has"), host.text);
    assert(host.way !== "OK");
    assertEquals(stoppedMessage({ kind, by: "room" }).way, "OK");
  }
});

Deno.test("RoomDialog shows the room as it is, and lets take away only a PIN that is there", () => {
  const dialog = (room: Partial<Room>) =>
    html(
      <RoomDialog live={call("host", [], {}, room)} onClose={nothing} />,
    );
  const open = dialog({ name: "Team", maxParticipants: 9 });
  assert(open.includes(`value="Team"`), open);
  assert(open.includes(`value="9"`), open);
  assert(!open.includes("Take the PIN away"), open);
  assert(dialog({ pinRequired: true }).includes("Take the PIN away"));
});

Deno.test("nothing of the people's needs what the Content-Security-Policy forbids", () => {
  const pages = [
    panel(call("host", [ben()])),
    menu(call("host"), ben()),
    <RoomDialog key="room" live={call("host")} onClose={nothing} />,
    <ConfirmDialog
      key="question"
      title="Remove Ben?"
      text="Really"
      action="Remove"
      onConfirm={nothing}
      onClose={nothing}
    />,
  ].map(html);
  for (const page of pages) {
    assert(!/\s(style|on[a-z]+)=|<script|<style/i.test(page), page);
  }
});
