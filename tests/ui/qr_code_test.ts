import { assert, assertEquals, assertThrows } from "@std/assert";
import { qrCode, QUIET_ZONE } from "@/lib/ui/qr_code.ts";
import { scan } from "../scanner.ts";

/** Pixels that one module is wide. */
const SCALE = 3;

/** What a camera sees of a drawing: black on white, four bytes a pixel. */
function seen({ size, path }: ReturnType<typeof qrCode>) {
  const width = size * SCALE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    const [left, right] = [+x * SCALE, (+x + +length) * SCALE];
    for (let row = +y * SCALE; row < (+y + 1) * SCALE; row++) {
      for (let column = left; column < right; column++) {
        pixels.fill(
          0,
          (row * width + column) * 4,
          (row * width + column) * 4 + 3,
        );
      }
    }
  }
  return { pixels, width };
}

Deno.test("qrCode draws what a scanner reads", () => {
  const links = [
    "https://call.example/r/shack",
    "http://127.0.0.1:8000/r/fKb3pQ9-xY_Z0aBc#key=v1.%C3%84",
    `https://call.example/r/${"x".repeat(64)}#${"k".repeat(400)}`,
  ];
  for (const link of links) {
    const { pixels, width } = seen(qrCode(link));
    assertEquals(scan(pixels, width, width), link);
  }
});

Deno.test("qrCode leaves the light around it that scanners need", () => {
  const { size, path } = qrCode("https://call.example/r/shack");
  const starts = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)];
  for (const [, x, y, length] of starts) {
    assert(+x >= QUIET_ZONE && +x + +length <= size - QUIET_ZONE);
    assert(+y >= QUIET_ZONE && +y < size - QUIET_ZONE);
  }
});

Deno.test("qrCode refuses what no code can hold", () => {
  assertThrows(() => qrCode("x".repeat(3_000)));
});
