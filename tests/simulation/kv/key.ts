/** Keys of Deno KV as texts that sort as the keys do. */

const DOUBLE = new DataView(new ArrayBuffer(8));

/** The same order as Deno KV's: by type (bytes, texts, bigints, numbers, false, true), then by value; a shorter key before its children. */
export function encodeKey(key: Deno.KvKey): string {
  let text = "";
  for (const part of key) text += encodePart(part);
  return text;
}

function encodePart(part: Deno.KvKeyPart): string {
  switch (typeof part) {
    case "string":
      return `\x02${escaped(part)}`;
    case "number":
      return `\x21${ofNumber(part)}`;
    case "boolean":
      return part ? "\x27" : "\x26";
    case "object":
      if (part instanceof Uint8Array) {
        return `\x01${escaped(String.fromCharCode(...part))}`;
      }
  }
  throw new TypeError("expected string, number, ArrayBufferView, boolean");
}

/** No text is the beginning of another, and NUL sorts first. Beyond U+FFFF the order is another than UTF-8's: no key of ours has that. */
const escaped = (text: string) => `${text.replaceAll("\0", "\0\xff")}\0`;

/** IEEE 754 with the sign turned round, so that numbers sort as their digits. */
function ofNumber(value: number): string {
  DOUBLE.setFloat64(0, value);
  const bits = DOUBLE.getBigUint64(0);
  const isNegative = bits >> 63n === 1n;
  const sortable = isNegative
    ? ~bits & 0xffff_ffff_ffff_ffffn
    : bits | 1n << 63n;
  return sortable.toString(16).padStart(16, "0");
}

/** Bytes that a key takes in the database, as its limits count them. */
export function keyBytes(key: Deno.KvKey): number {
  let bytes = 0;
  for (const part of key) {
    if (typeof part === "string") bytes += UTF8.encode(part).length + 2;
    else if (part instanceof Uint8Array) bytes += part.length + 2;
    else bytes += typeof part === "boolean" ? 1 : 9;
  }
  return bytes;
}

const UTF8 = new TextEncoder();
