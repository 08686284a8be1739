/** What somebody is about to say in the chat, and to whom. It outlives the panel, which is closed and opened. */
import { type Signal, signal } from "@preact/signals";
import type { Participant } from "@/lib/client/call/call_view.ts";

/** Somebody in the call, by the name that is remembered when they have left. */
export type Recipient = Pick<Participant, "memberId" | "name">;

export interface ChatDraft {
  text: Signal<string>;
  /** Null: everyone. */
  to: Signal<Recipient | null>;
  /** Why it could not be sent, in words. */
  error: Signal<string | null>;
}

export function newChatDraft(): ChatDraft {
  return { text: signal(""), to: signal(null), error: signal(null) };
}

/** Who would get what is being written. */
export interface Reach {
  to: Recipient | null;
  /** The one for whom it was meant has left. */
  left: Recipient | null;
  /** What was written for one who has left is for nobody, until another choice is made; it never goes to all by itself. */
  isHeld: boolean;
}

export function reachOf(
  to: Recipient | null,
  text: string,
  people: readonly Recipient[],
): Reach {
  if (to === null) return { to, left: null, isHeld: false };
  const isHere = people.some(({ memberId }) => memberId === to.memberId);
  if (isHere) return { to, left: null, isHeld: false };
  const isHeld = text.trim() !== "";
  return { to: isHeld ? to : null, left: to, isHeld };
}

/** How many characters (code points) are left of `max`, once it is worth a look; below 0: too many. Null before that. */
export function charactersLeft(text: string, max: number): number | null {
  const near = max / 20;
  if (text.length < max - near) return null;
  const left = max - [...text.trim()].length;
  return left <= near ? left : null;
}

/** Why a message was not sent, in words. */
export function refusal(code: string): string {
  switch (code) {
    case "no-such-member":
      return "Not sent: that person has left.";
    case "invalid-message":
      return "Not sent: a message has 1 to 4,000 characters.";
    default:
      return "Not sent: you are not in the call.";
  }
}
