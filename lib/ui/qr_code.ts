/** A link as a QR code (ISO/IEC 18004), drawn here: no other host learns of the room. */
import { encode } from "uqr";

/** What is light around a code, in modules: scanners need four of them (ISO/IEC 18004, 5.3.8). */
export const QUIET_ZONE = 4;

/** A code as a drawing. One unit is one module. */
export interface QrCode {
  /** Of one side, with its quiet zone. */
  size: number;
  /** The dark modules, as the `d` of an SVG path. */
  path: string;
}

/**
 * The code that a camera reads as `text`. It can be read with about 15 % of it hidden.
 *
 * @throws {RangeError} when the text is longer than a code can hold: about 2,300 bytes.
 */
export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: "M", border: QUIET_ZONE });
  return { size, path: data.map(rectangles).join("") };
}

/** The dark stretches of a row: one rectangle each, so that no hairlines show between modules. */
function rectangles(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    const start = x;
    while (row[x]) x++;
    const length = x - start;
    if (length > 0) path += `M${start} ${y}h${length}v1h-${length}z`;
  }
  return path;
}
