/** Who stands where on the stage of a call: which tiles there are, which one is large, and in what order the rest stand. */
import type { Participant } from "@/lib/client/call/call_view.ts";
import type { Layout } from "@/lib/ui/call_page.ts";
import {
  cornerOf,
  FACE,
  fitGrid,
  type Rect,
  SCREEN,
  type Shape,
  type Size,
  tileGrid,
  tileSpotlight,
} from "@/lib/ui/tiling.ts";

/** One person's camera, or the screen that somebody shares. */
export interface StageTile {
  id: string;
  kind: "camera" | "screen";
  person: Participant;
}

/** A tile and its place. */
export interface PlacedTile extends StageTile {
  place: Rect;
  size: "large" | "small" | "corner";
}

/** What decides where everyone stands. */
export interface Scene {
  me: Participant;
  others: readonly Participant[];
  layout: Layout;
  pinned: string | null;
  /** The member who speaks, or spoke last. */
  activeSpeaker: string | null;
  space: Size;
  /** The last order: `order` of the last arrangement. */
  before: readonly string[];
}

export interface Arrangement {
  /** In the order in which people came, whatever their places: an element that is moved in the page would stop its video. */
  tiles: readonly PlacedTile[];
  /** Of all tiles but one's own, by id; the large one, if there is one, comes first. */
  order: readonly string[];
  /** How high the stage is; more than the space has is scrolled. */
  height: number;
}

/** At most this many others leave one's own tile in the corner. */
const CORNER_UP_TO = 2;

/** The tile of a member's camera. */
export function cameraId(memberId: string): string {
  return `${memberId}:camera`;
}

/** The tile of a member's screen. */
export function screenId(memberId: string): string {
  return `${memberId}:screen`;
}

/** Everyone in their place. One's own screen has no tile: it would show itself. */
export function arrange(scene: Scene): Arrangement {
  const { me, others, space } = scene;
  const own: StageTile = {
    id: cameraId(me.memberId),
    kind: "camera",
    person: me,
  };
  const theirs = new Map<string, StageTile>();
  for (const person of others) {
    const id = cameraId(person.memberId);
    theirs.set(id, { id, kind: "camera", person });
  }
  for (const person of others) {
    if (!person.screenOn) continue;
    const id = screenId(person.memberId);
    theirs.set(id, { id, kind: "screen", person });
  }
  const large = largeOf(scene, own, theirs);
  let order = keepPlaces(scene.before, [...theirs.keys()], large);
  const corner = large !== own.id &&
      (large === null
        ? others.length > 0 && others.length <= CORNER_UP_TO
        : theirs.size === 1 && theirs.get(large)!.kind === "camera")
    ? cornerOf(space)
    : null;
  const inCorner = corner === null ? [] : [own.id];
  const rest = (ids: readonly string[]) =>
    [...ids, own.id].filter((id) => id !== large && !inCorner.includes(id));

  if (large === null) {
    order = inSight(order, rest(order).length, scene.activeSpeaker, space);
  }
  const ids = rest(order);
  const all = new Map(theirs).set(own.id, own);
  const tiling = large === null
    ? tileGrid(ids.length, space)
    : tileSpotlight(ids.length, space, shapeOf(all.get(large)!));
  const placed = (tile: StageTile): PlacedTile => {
    const { id } = tile;
    if (id === large) return { ...tile, place: tiling.large!, size: "large" };
    const index = ids.indexOf(id);
    return index < 0
      ? { ...tile, place: corner!, size: "corner" }
      : { ...tile, place: tiling.tiles[index], size: "small" };
  };
  return {
    tiles: [...all.values()].map(placed),
    order,
    height: tiling.height,
  };
}

/** What was pinned; else the newest screen; else, in the spotlight, whoever spoke last. */
function largeOf(
  { layout, pinned, activeSpeaker, others, before }: Scene,
  own: StageTile,
  theirs: ReadonlyMap<string, StageTile>,
): string | null {
  if (pinned !== null && (pinned === own.id || theirs.has(pinned))) {
    return pinned;
  }
  const screens = [...theirs.values()].filter(({ kind }) => kind === "screen");
  const newest = screens.findLast(({ id }) => !before.includes(id)) ??
    screens.find(({ id }) => id === before[0]) ?? screens.at(-1);
  if (newest !== undefined) return newest.id;
  if (layout === "grid" || others.length === 0) return null;
  const spoke = others.find(({ memberId }) => memberId === activeSpeaker);
  if (spoke !== undefined) return cameraId(spoke.memberId);
  return theirs.has(before[0]) ? before[0] : cameraId(others[0].memberId);
}

function shapeOf({ kind }: StageTile): Shape {
  return kind === "screen" ? SCREEN : FACE;
}

/** Who stays keeps their place, newcomers come last, and who becomes large changes places with who was. */
function keepPlaces(
  before: readonly string[],
  now: readonly string[],
  large: string | null,
): string[] {
  const order = before.filter((id) => now.includes(id));
  order.push(...now.filter((id) => !before.includes(id)));
  const index = large === null ? -1 : order.indexOf(large);
  if (index > 0) swap(order, 0, index);
  return order;
}

/** Where not everyone can be seen without scrolling, the last place in sight is for who speaks out of sight. */
function inSight(
  order: string[],
  count: number,
  activeSpeaker: string | null,
  space: Size,
): string[] {
  const { columns, rows, tile } = fitGrid(count, space);
  const seen = Math.max(1, Math.floor(space.height / Math.max(1, tile.height)));
  if (seen >= rows || activeSpeaker === null) return order;
  const last = seen * columns - 1;
  const index = order.indexOf(cameraId(activeSpeaker));
  if (index > last) swap(order, last, index);
  return order;
}

function swap(order: string[], one: number, other: number): void {
  [order[one], order[other]] = [order[other], order[one]];
}
