/** What is wrong with what somebody wished of a room, in words, by field. */
import { ProtocolError } from "@/lib/protocol/errors.ts";

/** By the field's dotted path, as the server names it. */
export type FieldProblems = Readonly<Record<string, string>>;

const GUESSABLE =
  "A readable link can be guessed. Set a PIN, or show the room on the home page.";

const PROBLEMS: Record<string, string> = {
  name: "A name has at most 64 characters.",
  slug:
    "Use 3 to 40 small letters, digits and hyphens, with no hyphen at either end.",
  pin: "A PIN has 4 to 16 digits.",
  maxParticipants: "2 to 64 people can be in a room.",
};

/** The words for a refusal that concerns fields; null for any other failure. */
export function fieldProblems(error: unknown): FieldProblems | null {
  if (!(error instanceof ProtocolError)) return null;
  if (error.code === "slug-taken") {
    return { slug: "Another room has this link. Choose another one." };
  }
  const known = error.fields.filter(({ field }) =>
    Object.hasOwn(PROBLEMS, field) || field === "listed"
  );
  if (error.code !== "invalid-message" || known.length === 0) return null;
  return Object.fromEntries(
    // What can be guessed is the server's own word: it is the one thing that is wrong with two fields at a time.
    known.map(({ field, message }) => [
      field,
      message.includes("guessed") ? GUESSABLE : PROBLEMS[field],
    ]),
  );
}
