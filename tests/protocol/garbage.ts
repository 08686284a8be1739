import { seededRandom } from "../fakes/random.ts";

/** Values that parsers trip over. */
export const NONSENSE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  1.5,
  2 ** 53,
  1e308,
  "",
  " ",
  "x",
  "\u0000",
  "\u202e",
  "\ud800",
  "é",
  "𝕏".repeat(33),
  "m".repeat(65),
  [],
  [[]],
  [null],
  {},
  { length: 3 },
  "host",
  "audio",
  "here",
  "voip",
  "0123",
  [{ trackName: "t", kind: "audio" }],
];

/** And one that no frame can hold. */
const VALUES = [...NONSENSE, "x".repeat(70_000)];

/** Values of no sense, some of them deep, for `count` tries; the same ones every time. */
export function* garbage(
  count: number,
  fields: readonly string[],
  seed = 1,
): Generator<unknown> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T =>
    list[Math.floor(random() * list.length)];
  const value = (depth: number): unknown => {
    const kind = random();
    if (depth === 0 || kind < 0.6) return pick(VALUES);
    if (kind < 0.7) {
      return Array.from(
        { length: Math.floor(random() * 4) },
        () => value(depth - 1),
      );
    }
    return object(depth - 1);
  };
  const object = (depth: number): object => {
    const made = {};
    for (let n = Math.floor(random() * 8); n > 0; n--) {
      const field = random() < 0.9
        ? pick(fields)
        : pick(["__proto__", "constructor", "prototype", "toString", "x"]);
      Object.defineProperty(made, field, {
        value: value(depth),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return made;
  };
  for (let n = 0; n < count; n++) yield random() < 0.8 ? object(3) : value(3);
}
