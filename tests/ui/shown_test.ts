import { assertEquals } from "@std/assert";
import type { Participant } from "@/lib/client/call/call_view.ts";
import type { PlacedTile } from "@/lib/ui/arrangement.ts";
import { shownOf } from "@/lib/ui/shown.ts";

function tile(
  memberId: string,
  kind: PlacedTile["kind"],
  width: number,
  y = 0,
): PlacedTile {
  return {
    id: `${memberId}:${kind}`,
    kind,
    person: { memberId, isLocal: memberId === "me" } as Participant,
    place: { x: 0, y, width, height: width * 3 / 4 },
    size: "small",
  };
}

/** A stage that shows all of it. */
const ALL = { top: 0, bottom: 1_000 };

Deno.test("shownOf asks for large pictures only where they are shown large, and for nobody's own", () => {
  const tiles = [
    tile("ann", "camera", 900),
    tile("bo", "camera", 240),
    tile("me", "camera", 200),
  ];
  assertEquals([...shownOf(tiles, ALL)], [
    ["ann", { camera: "large", screen: false }],
    ["bo", { camera: "small", screen: false }],
  ]);
});

Deno.test("shownOf asks for a screen that is shown beside its owner's face", () => {
  const tiles = [tile("ann", "camera", 200), tile("ann", "screen", 900)];
  assertEquals(
    shownOf(tiles, ALL).get("ann"),
    { camera: "small", screen: true },
  );
});

Deno.test("shownOf asks for nothing while the page is hidden, or something covers the stage", () => {
  const nothing = { camera: "none", screen: false };
  const tiles = [tile("ann", "camera", 900), tile("ann", "screen", 900)];
  assertEquals(shownOf(tiles, null).get("ann"), nothing);
  const covered = [tile("ann", "camera", 0), tile("ann", "screen", 0)];
  assertEquals(shownOf(covered, ALL).get("ann"), nothing);
});

Deno.test("shownOf asks for nothing of whom one would have to scroll to, but for those who are next", () => {
  const tiles = [0, 150, 300, 450, 600].map((y, i) =>
    tile(`m${i}`, "camera", 160, y) // 120 high
  );
  const seen = (top: number) =>
    [...shownOf(tiles, { top, bottom: top + 130 })]
      .filter(([, { camera }]) => camera !== "none").map(([id]) => id);
  assertEquals(seen(0), ["m0", "m1"]);
  assertEquals(seen(300), ["m1", "m2", "m3"]);
  assertEquals(seen(600), ["m3", "m4"]);
});
