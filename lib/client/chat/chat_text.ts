/** What of chat travels between pages. `docs/protocol.md` 11. */
import * as v from "valibot";
import { Id } from "../../protocol/ids.ts";

/** Characters (code points) of one chat message. */
export const MAX_CHAT_CHARACTERS = 4_000;

/** The latest time that a `Date` can hold (ECMA-262, 21.4.1.1), in milliseconds since 1970. */
export const MAX_TIME = 8.64e15;

const Time = v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_TIME));

/** A message as its author sends it. */
export const ChatText = v.object({
  /** Tells apart what one author says, through all reloads of its page. */
  id: Id,
  text: v.pipe(v.string(), v.check(isChatText)),
  /** By the author's clock. */
  sentAt: Time,
  /** What messages are sorted by: see `ChatLog`. */
  order: Time,
  /** Only for who gets it. */
  private: v.optional(v.boolean(), false),
});
export type ChatText = v.InferOutput<typeof ChatText>;

/** Whether that may be sent: not blank, and at most 4,000 characters. */
export function isChatText(text: string): boolean {
  return text.trim() !== "" && text.length <= MAX_CHAT_CHARACTERS * 2 &&
    [...text].length <= MAX_CHAT_CHARACTERS;
}
