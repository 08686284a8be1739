import * as v from "valibot";
import { MAX_NAME_CHARACTERS } from "./limits.ts";

/**
 * Control characters, line and paragraph separators, bidirectional embeddings, overrides and isolates (UAX #9), the marks that steer
 * direction, the byte order mark, and lone surrogates: what could make a name look like another or break out of its place.
 */
const UNSAFE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** The text without unsafe characters, with white space folded. */
export function plainText(text: string): string {
  return text.replace(UNSAFE, "").replace(/\s+/gu, " ").trim();
}

/** A text of at most `max` characters (code points) that is safe to show, after {@linkcode plainText}. */
export function shortText(max: number) {
  return v.pipe(
    v.string(),
    v.maxLength(max * 8),
    v.transform(plainText),
    v.check((text) => [...text].length <= max, `at most ${max} characters`),
  );
}

/** The name that a member shows: 1 to 64 characters. */
export const Name = v.pipe(
  shortText(MAX_NAME_CHARACTERS),
  v.nonEmpty("a name is needed"),
);
