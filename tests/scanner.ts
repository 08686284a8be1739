import jsqr from "jsqr";

/** What a phone's camera reads in a picture of four bytes a pixel; null: no code. */
export function scan(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
): string | null {
  // A CommonJS module: its default export is a property of ours.
  return jsqr.default(pixels, width, height, {
    inversionAttempts: "dontInvert",
  })?.data ?? null;
}
