/** One or two letters that stand for a person whose camera is off. */

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first letters of the first and the last word of a name, in capitals; "?" when there is none. */
export function initials(name: string): string {
  const words = name.split(/\s+/u)
    .map((word) =>
      word.replace(
        /^[^\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]+/u,
        "",
      )
    )
    .filter((word) => word !== "");
  if (words.length === 0) return "?";
  const ends = words.length === 1 ? [words[0]] : [words[0], words.at(-1)!];
  return ends.map(firstGrapheme).join("").toLocaleUpperCase();
}

/** A number from 0 to `count` - 1 that is always the same for the same text, to give people colours of their own. */
export function hueOf(text: string, count: number): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (hash * 31 + text.charCodeAt(index)) >>> 0;
  }
  return hash % count;
}

/** By grapheme, so that an accent or a flag is not cut in two. */
function firstGrapheme(word: string): string {
  return GRAPHEMES.segment(word)[Symbol.iterator]().next().value?.segment ?? "";
}
