import { assert, assertEquals } from "@std/assert";
import {
  cornerOf,
  FACE,
  fitGrid,
  type Rect,
  SCREEN,
  type Size,
  tileGrid,
  tileSpotlight,
  type Tiling,
} from "@/lib/ui/tiling.ts";

const PHONE = { width: 374, height: 650 };
const PHONE_LANDSCAPE = { width: 828, height: 240 };
const TABLET = { width: 752, height: 860 };
const DESK = { width: 1256, height: 660 };
const WIDE = { width: 2536, height: 1280 };
const SPACES = [PHONE, PHONE_LANDSCAPE, TABLET, DESK, WIDE];

function overlap(one: Rect, other: Rect): boolean {
  return one.x < other.x + other.width && other.x < one.x + one.width &&
    one.y < other.y + other.height && other.y < one.y + one.height;
}

/** No tile lies on another one, or outside what can be scrolled to. */
function assertSound(tiling: Tiling, space: Size, what: string): void {
  const all = [...tiling.tiles, ...tiling.large ? [tiling.large] : []];
  for (const [index, tile] of all.entries()) {
    assert(tile.width > 0 && tile.height > 0, what);
    assert(tile.x >= 0 && tile.x + tile.width <= space.width, what);
    assert(tile.y >= 0 && tile.y + tile.height <= tiling.height, what);
    for (const other of all.slice(index + 1)) {
      assert(!overlap(tile, other), what);
    }
  }
}

function isFace({ width, height }: Size): boolean {
  return width / height > FACE.min - 0.03 && width / height < FACE.max + 0.03;
}

Deno.test("fitGrid stacks two people on a phone and sets them side by side on a desk", () => {
  assertEquals(fitGrid(2, PHONE).columns, 1);
  assertEquals(fitGrid(2, DESK).columns, 2);
  assertEquals(fitGrid(4, PHONE).columns, 2);
  assertEquals(fitGrid(4, DESK).columns, 2);
  assertEquals(fitGrid(6, DESK).columns, 3);
  assertEquals(fitGrid(10, PHONE).columns, 2);
  assertEquals(fitGrid(10, DESK).columns, 4);
  assertEquals(fitGrid(10, PHONE_LANDSCAPE).columns, 5);
});

Deno.test("fitGrid finds the columns with the largest tiles", () => {
  for (const space of SPACES) {
    for (let count = 1; count <= 10; count++) {
      const { columns, tile } = fitGrid(count, space);
      for (let other = 1; other <= count; other++) {
        const rows = Math.ceil(count / other);
        const width = (space.width - 8 * (other - 1)) / other;
        const height = (space.height - 8 * (rows - 1)) / rows;
        const w = Math.floor(Math.min(width, height * FACE.max));
        const min = space.width > space.height ? 1 : FACE.min;
        const h = Math.floor(Math.min(height, width / min));
        const what = `${count} in ${space.width}: ${columns} and not ${other}`;
        assert(tile.width * tile.height >= w * h, what);
      }
    }
  }
});

Deno.test("tileGrid shows 1 to 10 people without scrolling, wherever there is room, and 30 with", () => {
  for (const space of SPACES) {
    for (let count = 1; count <= 30; count++) {
      const tiling = tileGrid(count, space);
      const what = `${count} in ${space.width} x ${space.height}`;
      assertEquals(tiling.tiles.length, count, what);
      assertSound(tiling, space, what);
      assert(tiling.tiles.every(isFace), what);
      assert(tiling.tiles.every(({ width }) => width >= 112), what);
      if (count <= 10) assertEquals(tiling.height, space.height, what);
    }
  }
  assert(tileGrid(30, PHONE).height > PHONE.height);
});

Deno.test("tileGrid centres the last row", () => {
  const [first, second, third] = tileGrid(3, { width: 640, height: 480 }).tiles;
  assertEquals(third.x, Math.floor((first.x + second.x) / 2));
  assert(third.y > first.y);
});

Deno.test("tileGrid survives a space of nothing", () => {
  assertEquals(tileGrid(3, { width: 0, height: 0 }).tiles.length, 3);
});

Deno.test("tileSpotlight puts the others beside on a desk and below on a phone", () => {
  for (const shape of [FACE, SCREEN]) {
    const desk = tileSpotlight(3, DESK, shape);
    assert(desk.tiles.every(({ x }) => x >= desk.large!.width));
    const phone = tileSpotlight(3, PHONE, shape);
    assert(phone.tiles.every(({ y }) => y >= phone.large!.height));
  }
});

Deno.test("tileSpotlight makes one the largest by far, and nobody covers anybody", () => {
  for (const space of SPACES) {
    for (const shape of [FACE, SCREEN]) {
      for (let count = 0; count <= 30; count++) {
        const tiling = tileSpotlight(count, space, shape);
        const what = `${count} in ${space.width} x ${space.height}`;
        assertSound(tiling, space, what);
        assertEquals(tiling.tiles.length, count, what);
        const { width, height } = tiling.large!;
        for (const tile of tiling.tiles) {
          assert(tile.width <= width * 0.75, what);
          assert(tile.height <= height * 0.75, what);
        }
      }
    }
  }
});

Deno.test("tileSpotlight gives the others what the large one cannot use", () => {
  const { large, tiles } = tileSpotlight(4, PHONE, SCREEN);
  assertEquals(large!.width, PHONE.width);
  assert(tiles.every(({ width }) => width > 170), "two in a row, not a strip");
});

Deno.test("cornerOf stays in the corner and is left out where it would cover too much", () => {
  for (const space of SPACES) {
    const corner = cornerOf(space)!;
    assert(corner.x > space.width / 2 && corner.y > space.height / 2);
    assert(corner.width * corner.height < space.width * space.height / 6);
  }
  assertEquals(cornerOf({ width: 700, height: 120 }), null);
});
