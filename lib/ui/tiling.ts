/** Where the tiles of a call stand: rectangles, from how many there are and how much room there is. Lengths are CSS pixels. */

export interface Size {
  width: number;
  height: number;
}

export interface Rect extends Size {
  x: number;
  y: number;
}

/** How wide a tile may be for its height. */
export interface Shape {
  min: number;
  max: number;
}

/** Tiles side by side, and how many of them stand in a row. */
export interface Grid {
  columns: number;
  rows: number;
  tile: Size;
}

/** Places for tiles. What is higher than the space is scrolled. */
export interface Tiling {
  /** The tile that is larger than the rest; null where all are the same. */
  large: Rect | null;
  tiles: readonly Rect[];
  height: number;
}

/** A face may lose a part of its picture at the sides, on an upright screen more than on a wide one, where there is room for it. */
export const FACE: Shape = { min: 3 / 5, max: 16 / 9 };
const FACE_ON_WIDE: Shape = { min: 1, max: 16 / 9 };
/** A screen is shown whole; most are wide. */
export const SCREEN: Shape = { min: 16 / 9, max: 16 / 9 };

const GAP = 8;
/** Narrower than this a tile shows nobody: it is scrolled then. */
const MIN_WIDTH = 112;
/** The tiles beside a large one have at least this part of the space, within these bounds; none is larger than `most` of the large one. */
const ASIDE = { part: 0.2, min: 112, max: 280, most: 0.75 };
/** One's own tile in the corner, as a part of the space's lesser side, and where it is too much. */
const CORNER = { part: 0.32, min: 88, max: 220, margin: 10, least: 170 };

/** The largest tile of that shape in the space. */
function fit(space: Size, { min, max }: Shape): Size {
  return {
    width: Math.floor(Math.min(space.width, space.height * max)),
    height: Math.floor(Math.min(space.height, space.width / min)),
  };
}

function area({ width, height }: Size): number {
  return width * height;
}

/** What is left of a length for each of so many, with gaps between them. */
function share(length: number, count: number): number {
  return Math.max(0, (length - GAP * (count - 1)) / count);
}

/** The columns and rows in which so many tiles are as large as the space lets them; narrower than bearable they overflow downwards. None is larger than `most`. */
export function fitGrid(
  count: number,
  space: Size,
  most: Size = space,
): Grid {
  const shape = space.width > space.height ? FACE_ON_WIDE : FACE;
  let best: Grid | null = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: Math.min(most.width, share(space.width, columns)),
      height: Math.min(most.height, share(space.height, rows)),
    };
    const tile = fit(cell, shape);
    if (best === null || area(tile) > area(best.tile)) {
      best = { columns, rows, tile };
    }
  }
  if (best !== null && best.tile.width >= Math.min(MIN_WIDTH, space.width)) {
    return best;
  }
  const columns = Math.max(
    1,
    Math.floor((space.width + GAP) / (MIN_WIDTH + GAP)),
  );
  const width = Math.floor(share(space.width, columns));
  return {
    columns,
    rows: Math.ceil(count / columns),
    tile: { width, height: Math.floor(width * 3 / 4) },
  };
}

/** Everyone the same size, in the middle of the space; so is the last row. */
export function tileGrid(count: number, space: Size, most?: Size): Tiling {
  const { columns, rows, tile } = fitGrid(count, space, most);
  const extent = (size: number, count: number) => count * (size + GAP) - GAP;
  const top = Math.max(0, (space.height - extent(tile.height, rows)) / 2);
  const tiles = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = (space.width - extent(tile.width, inRow)) / 2;
    return {
      x: Math.floor(left + index % columns * (tile.width + GAP)),
      y: Math.floor(top + row * (tile.height + GAP)),
      ...tile,
    };
  });
  const bottom = tiles.at(-1);
  return {
    large: null,
    tiles,
    height: Math.max(space.height, bottom ? bottom.y + bottom.height : 0),
  };
}

/** One as large as it can be, and so many others to the right of it or below, wherever that leaves it larger. */
export function tileSpotlight(
  count: number,
  space: Size,
  shape: Shape,
): Tiling {
  if (count === 0) {
    const large = centred(fit(space, shape), space);
    return { large, tiles: [], height: space.height };
  }
  const aside = (length: number) =>
    Math.min(Math.max(length * ASIDE.part, ASIDE.min), ASIDE.max, length / 2);
  const right = {
    width: space.width - aside(space.width) - GAP,
    height: space.height,
  };
  const below = {
    width: space.width,
    height: space.height - aside(space.height) - GAP,
  };
  const isRight = area(fit(right, shape)) >= area(fit(below, shape));
  // What the large one cannot use is the others'.
  const room = isRight ? right : below;
  const large = fit(room, shape);
  const others = isRight
    ? { width: space.width - large.width - GAP, height: space.height }
    : { width: space.width, height: space.height - large.height - GAP };
  const { tiles, height } = tileGrid(count, others, {
    width: large.width * ASIDE.most,
    height: large.height * ASIDE.most,
  });
  const dx = isRight ? large.width + GAP : 0;
  const dy = isRight ? 0 : large.height + GAP;
  return {
    large: centred(
      large,
      isRight ? { ...large, height: space.height } : {
        ...large,
        width: space.width,
      },
    ),
    tiles: tiles.map((tile) => ({ ...tile, x: tile.x + dx, y: tile.y + dy })),
    height: height + dy,
  };
}

/** The corner at the bottom right, for one's own tile; null where it would cover too much of the others. */
export function cornerOf(space: Size): Rect | null {
  const lesser = Math.min(space.width, space.height);
  if (lesser < CORNER.least) return null;
  const long = Math.min(
    Math.max(lesser * CORNER.part, CORNER.min),
    CORNER.max,
  );
  const isTall = space.height > space.width;
  const width = Math.floor(isTall ? long * 3 / 4 : long);
  const height = Math.floor(isTall ? long : long * 3 / 4);
  return {
    x: Math.floor(space.width - width - CORNER.margin),
    y: Math.floor(space.height - height - CORNER.margin),
    width,
    height,
  };
}

function centred(size: Size, space: Size): Rect {
  return {
    x: Math.floor((space.width - size.width) / 2),
    y: Math.floor((space.height - size.height) / 2),
    ...size,
  };
}
