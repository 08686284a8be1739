import { assert, assertEquals } from "@std/assert";
import type { Participant } from "@/lib/client/call/call_view.ts";
import { arrange, type Arrangement, type Scene } from "@/lib/ui/arrangement.ts";

const SPACE = { width: 1200, height: 660 };

function person(name: string, part: Partial<Participant> = {}): Participant {
  return { memberId: name, name, screenOn: false, ...part } as Participant;
}

/** A scene of me and so many others: p1, p2, … */
function scene(count: number, part: Partial<Scene> = {}): Scene {
  return {
    me: person("me", { isLocal: true }),
    others: Array.from({ length: count }, (_, i) => person(`p${i + 1}`)),
    layout: "grid",
    pinned: null,
    activeSpeaker: null,
    space: SPACE,
    before: [],
    ...part,
  };
}

function ids({ tiles }: Arrangement, size: string): string[] {
  return tiles.filter((tile) => tile.size === size).map(({ id }) => id);
}

/** The scene with one of the others sharing a screen. */
function sharing(given: Scene, ...names: string[]): Scene {
  const others = given.others.map((one) =>
    names.includes(one.name) ? { ...one, screenOn: true } : one
  );
  return { ...given, others };
}

Deno.test("arrange keeps the own tile in the corner with one or two others, and in the grid with more", () => {
  for (const [count, corner] of [[0, 0], [1, 1], [2, 1], [3, 0], [9, 0]]) {
    const tiles = arrange(scene(count));
    assertEquals(ids(tiles, "corner").length, corner, `${count}`);
    assertEquals(tiles.tiles.length, count + 1);
  }
  const flat = arrange(scene(2, { space: { width: 700, height: 120 } }));
  assertEquals(ids(flat, "small").length, 3);
});

Deno.test("arrange makes large what was pinned, and forgets who has left", () => {
  const pinned = { pinned: "p2:camera" };
  assertEquals(ids(arrange(scene(3, pinned)), "large"), ["p2:camera"]);
  assertEquals(ids(arrange(scene(1, pinned)), "large"), []);
  const me = arrange(scene(3, { pinned: "me:camera" }));
  assertEquals(ids(me, "large"), ["me:camera"]);
  assertEquals(ids(me, "small").length, 3);
});

Deno.test("arrange makes the newest screen large, and keeps it when people speak", () => {
  const given = scene(3, { layout: "spotlight", activeSpeaker: "p3" });
  const first = arrange(sharing(given, "p2"));
  assertEquals(ids(first, "large"), ["p2:screen"]);
  assertEquals(first.tiles.length, 5);
  const second = arrange({
    ...sharing(given, "p1", "p2"),
    before: first.order,
  });
  assertEquals(ids(second, "large"), ["p1:screen"]);
  assert(ids(second, "small").includes("p2:screen"), "can be chosen");
  const later = arrange({
    ...sharing(given, "p1", "p2"),
    before: second.order,
  });
  assertEquals(ids(later, "large"), ["p1:screen"]);
  const over = arrange({ ...sharing(given, "p2"), before: later.order });
  assertEquals(ids(over, "large"), ["p2:screen"]);
});

Deno.test("arrange shows no tile of one's own screen", () => {
  const me = person("me", { isLocal: true, screenOn: true });
  assertEquals(arrange(scene(2, { me })).tiles.length, 3);
});

Deno.test("arrange gives the speaker the large place in the spotlight; the two change places and nobody else", () => {
  const before = arrange(scene(5, { layout: "spotlight" }));
  assertEquals(ids(before, "large"), ["p1:camera"]);
  const given = scene(5, {
    layout: "spotlight",
    activeSpeaker: "p4",
    before: before.order,
  });
  const after = arrange(given);
  assertEquals(ids(after, "large"), ["p4:camera"]);
  const place = (of: Arrangement, id: string) =>
    of.tiles.find((tile) => tile.id === id)!.place;
  assertEquals(place(after, "p1:camera"), place(before, "p4:camera"));
  for (const id of ["p2:camera", "p3:camera", "p5:camera", "me:camera"]) {
    assertEquals(place(after, id), place(before, id), id);
  }
  const silent = arrange({
    ...given,
    activeSpeaker: null,
    before: after.order,
  });
  assertEquals(ids(silent, "large"), ["p4:camera"], "stays until another one");
});

Deno.test("arrange keeps the grid as it is, whoever speaks", () => {
  const before = arrange(scene(7));
  for (const activeSpeaker of ["p1", "p7"]) {
    const after = arrange(scene(7, { activeSpeaker, before: before.order }));
    assertEquals(after.tiles, before.tiles);
  }
});

Deno.test("arrange brings who speaks out of sight into the last place in sight", () => {
  const space = { width: 374, height: 400 };
  const before = arrange(scene(29, { space }));
  assert(before.height > space.height);
  const given = scene(29, {
    space,
    activeSpeaker: "p28",
    before: before.order,
  });
  const after = arrange(given);
  const [tile] = after.tiles.filter(({ id }) => id === "p28:camera");
  assert(tile.place.y + tile.place.height <= space.height);
  const moved = after.tiles.filter((tile, index) =>
    tile.place.y !== before.tiles[index].place.y ||
    tile.place.x !== before.tiles[index].place.x
  );
  assertEquals(moved.length, 2);
});

Deno.test("arrange lists tiles in the order in which people came, wherever they stand", () => {
  const pinned = arrange(scene(3, { pinned: "p3:camera" }));
  assertEquals(pinned.tiles.map(({ id }) => id), [
    "p1:camera",
    "p2:camera",
    "p3:camera",
    "me:camera",
  ]);
});
