/** What a screen reader is told of a call: who came, who went, and who wrote while the chat was closed. */
import type { CallView } from "@/lib/client/call_view.ts";

/** The changes between two views of a call, in words. Nothing at the start: who was there before is on the page. */
export function announcements(
  before: CallView,
  after: CallView,
  chatOpen: boolean,
): string[] {
  if (before.state.phase !== "live" || after.state.phase !== "live") return [];
  const were = new Set(before.participants.map((person) => person.memberId));
  const are = new Set(after.participants.map((person) => person.memberId));
  const known = new Set(before.messages.map((message) => message.id));
  const said: string[] = [];
  for (const { memberId, name } of after.participants) {
    if (!were.has(memberId)) said.push(`${name} joined`);
  }
  for (const { memberId, name } of before.participants) {
    if (!are.has(memberId)) said.push(`${name} left`);
  }
  // An open chat is a log that is read out by itself.
  if (!chatOpen) {
    for (const { id, isLocal, name } of after.messages) {
      if (!isLocal && !known.has(id)) said.push(`New message from ${name}`);
    }
  }
  return said;
}
