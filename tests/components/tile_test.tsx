import { assert, assertEquals } from "@std/assert";
import type { Participant } from "@/lib/client/call/call_view.ts";
import type { PlacedTile } from "@/lib/ui/arrangement.ts";
import { connectionNote, Tile } from "@/components/Tile.tsx";
import { fakeParticipant } from "../fakes/participant.ts";
import { html, text } from "./render.ts";

const QUALITY = {
  score: 93,
  path: null,
  roundTripMs: null,
  jitterMs: null,
  lossPercent: null,
  concealedPercent: null,
  sendKbps: null,
  receiveKbps: null,
};

function participant(part: Partial<Participant> = {}): Participant {
  return fakeParticipant("ann", { name: "Ann Lee", ...part });
}

function tile(
  part: Partial<Participant> = {},
  kind: PlacedTile["kind"] = "camera",
): PlacedTile {
  const place = { x: 0, y: 0, width: 320, height: 240 };
  return { id: "ann", kind, person: participant(part), place, size: "small" };
}

Deno.test("Tile shows initials while there is no picture", () => {
  assertEquals(text(<Tile tile={tile()} />), "AL Ann Lee");
});

Deno.test("Tile says who is muted, and who is oneself", () => {
  const muted = tile({ microphoneOn: false, isLocal: true });
  assertEquals(
    text(<Tile tile={muted} />),
    "AL Microphone off: Ann Lee (you)",
  );
});

Deno.test("Tile marks who is speaking", () => {
  const shown = html(<Tile tile={tile()} speaking />);
  assert(shown.includes("data-speaking"), shown);
});

Deno.test("Tile shows the picture when there is one", () => {
  const shown = html(
    <Tile tile={tile({ video: {} as MediaStream })} />,
  );
  assert(shown.includes("<video"), shown);
  assert(shown.includes("muted"), "sound has an element of its own");
  // Behind it, for as long as there is nothing to see.
  assert(shown.indexOf("avatar") > shown.indexOf("<video"), shown);
});

Deno.test("Tile says whose hand is up, and whom the listener has silenced", () => {
  const raised = text(<Tile tile={tile({ handRaised: true })} />);
  assert(raised.includes("Hand raised"), raised);
  const silenced = text(<Tile tile={tile()} silenced />);
  assert(silenced.includes("Silenced by you: Ann Lee"), silenced);
});

Deno.test("Tile mirrors one's own picture, unless that is not wished, and nobody else's", () => {
  const video = {} as MediaStream;
  const own = tile({ video, isLocal: true });
  const isMirrored = (shown: string) => shown.includes("mirrored");
  assert(isMirrored(html(<Tile tile={own} />)));
  assert(!isMirrored(html(<Tile tile={own} mirrored={false} />)));
  assert(!isMirrored(html(<Tile tile={tile({ video })} />)));
});

Deno.test("Tile says how good the path is, in a word", () => {
  const quality = (score: number) =>
    html(<Tile tile={tile({ quality: { ...QUALITY, score } })} />);
  assert(quality(93).includes(`aria-label="Connection: good"`));
  assert(quality(70).includes(`aria-label="Connection: fair"`));
  assert(quality(20).includes(`aria-label="Connection: poor"`));
});

Deno.test("Tile says who shares a screen, and waits for it", () => {
  const waiting = text(<Tile tile={tile({ screenOn: true }, "screen")} />);
  assert(waiting.includes("Ann Lee is sharing a screen"), waiting);
  assert(waiting.includes("on its way"), waiting);
  const shared = tile({ screen: {} as MediaStream }, "screen");
  assert(html(<Tile tile={shared} />).includes(`"Screen of Ann Lee"`));
});

Deno.test("Tile says why a picture stands still", () => {
  const still = (part: Partial<Participant>, kind?: PlacedTile["kind"]) =>
    text(<Tile tile={tile(part, kind)} />).includes("Picture paused");
  assert(still({ videoPaused: true }));
  assert(still({ screenPaused: true }, "screen"));
  assert(!still({ screenPaused: true }));
  assert(!still({}));
});

Deno.test("connectionNote speaks up only when something is amiss", () => {
  assertEquals(connectionNote(participant()), null);
  assertEquals(connectionNote(participant({ presence: "away" })), "Away");
  const me = participant({ presence: "away", isLocal: true });
  assertEquals(connectionNote(me), null);
  const gone = participant({ connection: "connecting", presence: "away" });
  assertEquals(connectionNote(gone), "Away");
  const notes = new Set(
    (["connecting", "reconnecting", "failed"] as const).map((connection) =>
      connectionNote(participant({ connection }))
    ),
  );
  assertEquals(notes.size, 3);
});
