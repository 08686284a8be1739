import { assert, assertEquals } from "@std/assert";
import type { Participant } from "@/lib/client/call_view.ts";
import { connectionNote, Tile } from "@/components/Tile.tsx";
import { html, text } from "./render.ts";

function person(part: Partial<Participant> = {}): Participant {
  return {
    memberId: "ann",
    name: "Ann Lee",
    role: "speaker",
    isLocal: false,
    presence: "here",
    connection: "connected",
    microphoneOn: true,
    cameraOn: false,
    handRaised: false,
    audio: null,
    video: null,
    ...part,
  };
}

Deno.test("Tile shows initials while there is no picture", () => {
  assertEquals(text(<Tile person={person()} sound={null} />), "AL Ann Lee");
});

Deno.test("Tile says who is muted, and who is oneself", () => {
  const muted = person({ microphoneOn: false, isLocal: true });
  assertEquals(
    text(<Tile person={muted} sound={null} />),
    "AL Microphone off: Ann Lee (you)",
  );
});

Deno.test("Tile shows the picture when there is one", () => {
  const shown = html(
    <Tile person={person({ video: {} as MediaStream })} sound={null} />,
  );
  assert(shown.includes("<video"), shown);
  assert(shown.includes("muted"), "sound has an element of its own");
  assert(!shown.includes("avatar"), shown);
});

Deno.test("connectionNote speaks up only when something is amiss", () => {
  assertEquals(connectionNote(person()), null);
  assertEquals(connectionNote(person({ presence: "away" })), "Away");
  const me = person({ presence: "away", isLocal: true });
  assertEquals(connectionNote(me), null);
  const gone = person({ connection: "connecting", presence: "away" });
  assertEquals(connectionNote(gone), "Away");
  const notes = new Set(
    (["connecting", "reconnecting", "failed"] as const).map((connection) =>
      connectionNote(person({ connection }))
    ),
  );
  assertEquals(notes.size, 3);
});
