/** Which messages of a chat are news to who looks at it. */
import type { ChatMessage } from "@/lib/client/call/call_view.ts";

/**
 * The messages that are not known yet and that others have said since this page came: not what it was told of earlier times.
 *
 * @param known Ids.
 * @param startedAt When the call became live here, in milliseconds since 1970.
 */
export function newsIn(
  messages: readonly ChatMessage[],
  known: ReadonlySet<string>,
  startedAt: number | null,
): ChatMessage[] {
  return messages.filter(({ id, isLocal, history, sentAt }) =>
    !isLocal && !known.has(id) &&
    (!history || startedAt !== null && sentAt > startedAt)
  );
}

/** The ids of messages. */
export function idsOf(messages: readonly ChatMessage[]): ReadonlySet<string> {
  return new Set(messages.map(({ id }) => id));
}
