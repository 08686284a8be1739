/** What pages say to each other of chat, as signals of their pair. `docs/protocol.md` 11. */
import * as v from "valibot";
import { Id } from "../../protocol/ids.ts";
import { Name } from "../../protocol/name.ts";
import { byteLength } from "../../protocol/parse.ts";
import { type ChatLog, keyOf } from "./chat_log.ts";
import { ChatText } from "./chat_text.ts";

/** Messages of one history. */
export const MAX_HISTORY = 200;
const MAX_HISTORY_BYTES = 65_536;
/** Of one signal of it, unless a single message is longer: what the pair has to negotiate comes in between. */
const MAX_PART_BYTES = 16_384;

const AskHistory = v.object({
  type: v.literal("ask-history"),
  /** Keys of the messages that the asker has: they need not be told. */
  have: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(129))),
    v.maxLength(MAX_HISTORY),
  ),
  /** Asked only because the other asked. */
  back: v.optional(v.boolean(), false),
});

const HistoryPart = v.object({
  type: v.literal("history"),
  messages: v.array(v.unknown()),
  /** Another part follows. */
  more: v.boolean(),
});

export type HistorySignal = v.InferOutput<
  typeof AskHistory | typeof HistoryPart
>;
type HistoryPart = v.InferOutput<typeof HistoryPart>;

const ChatSignal = v.variant("type", [
  v.object({ type: v.literal("chat"), message: ChatText }),
  AskHistory,
  HistoryPart,
]);
/** Each is at most 32 KiB as JSON, so that any signal can carry it. */
export type ChatSignal = v.InferOutput<typeof ChatSignal>;

/** The signal, or null if it is none of chat: what another member sends is not to be trusted. */
export function parseChatSignal(data: unknown): ChatSignal | null {
  const result = v.safeParse(ChatSignal, data);
  return result.success ? result.output : null;
}

/** A public message as any page passes it on. */
export const ToldText = v.object({
  ...v.omit(ChatText, ["private"]).entries,
  memberId: Id,
  name: Name,
  /** The page that passes it on has said it itself. */
  own: v.boolean(),
});
export type ToldText = v.InferOutput<typeof ToldText>;

export function keyOfTold(told: ToldText): string {
  return keyOf(told.memberId, { ...told, private: false });
}

/** The latest public messages, at most 200 and 64 KiB of them, oldest first. */
export function recentOf(log: ChatLog): ToldText[] {
  const recent: ToldText[] = [];
  let bytes = 0;
  for (const { message, text } of log.public.toReversed()) {
    const { memberId, name, isLocal, isFirsthand } = message;
    const { private: _, ...said } = text;
    const told = { ...said, memberId, name, own: isLocal && isFirsthand };
    bytes += byteLength(JSON.stringify(told));
    if (recent.length === MAX_HISTORY || bytes > MAX_HISTORY_BYTES) break;
    recent.push(told);
  }
  return recent.reverse();
}

/** The signals that tell of these messages: at least one, which may be empty. */
export function partsOf(messages: readonly ToldText[]): HistoryPart[] {
  const groups: ToldText[][] = [[]];
  let bytes = 0;
  for (const told of messages) {
    const size = byteLength(JSON.stringify(told));
    if (bytes > 0 && bytes + size > MAX_PART_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups[groups.length - 1].push(told);
    bytes += size;
  }
  return groups.map((messages, index) => ({
    type: "history",
    messages,
    more: index < groups.length - 1,
  }));
}
