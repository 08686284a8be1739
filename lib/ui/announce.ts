/** What a screen reader is told of a call: who came and went, raised a hand, shares a screen, and who wrote. */
import type {
  CallView,
  ChatMessage,
  Participant,
} from "@/lib/client/call/call_view.ts";
import { idsOf, newsIn } from "@/lib/ui/chat_news.ts";

/** From so many at once on they are counted and not named. */
const CROWD = 3;
/** Characters of a message that are read out; the rest is there to be read. */
const MAX_READ_OUT = 200;

/** The changes between two views of a call, in words. Nothing at the start: who was there before is on the page. */
export function announcements(
  before: CallView,
  after: CallView,
  chatOpen: boolean,
): string[] {
  if (before.state.phase !== "live" || after.state.phase !== "live") return [];
  const were = byId(before.participants);
  const are = byId(after.participants);
  const came = after.participants.filter(({ memberId }) => !were.has(memberId));
  const went = before.participants.filter(({ memberId }) => !are.has(memberId));
  const said = [...named(came, "joined"), ...named(went, "left")];
  for (const person of after.participants) {
    const { name, handRaised, screenOn } = person;
    const was = were.get(person.memberId);
    if (handRaised && !was?.handRaised) said.push(`${name} raised a hand`);
    if (screenOn && !was?.screenOn) said.push(`${name} is sharing a screen`);
    if (was?.screenOn && !screenOn) said.push(`${name} stopped sharing`);
  }
  const known = idsOf(before.messages);
  for (const message of newsIn(after.messages, known, after.startedAt)) {
    said.push(wordsFor(message, chatOpen));
  }
  return said;
}

function byId(people: readonly Participant[]): Map<string, Participant> {
  return new Map(people.map((person) => [person.memberId, person]));
}

function named(people: readonly Participant[], what: string): string[] {
  return people.length < CROWD
    ? people.map(({ name }) => `${name} ${what}`)
    : [`${people.length} people ${what}`];
}

/** Of an open chat, what is said; of a closed one, that something was. */
function wordsFor({ name, to, text }: ChatMessage, chatOpen: boolean): string {
  const who = to === null ? name : `${name}, only to you`;
  if (!chatOpen) return `New message from ${who}`;
  const words = text.slice(0, MAX_READ_OUT);
  return `${who}: ${words}${words.length < text.length ? "…" : ""}`;
}
