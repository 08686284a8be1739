import { assertEquals } from "@std/assert";
import type { ChatMessage } from "@/lib/client/call/call_view.ts";
import { idsOf, newsIn } from "@/lib/ui/chat_news.ts";

const message = (id: string, part: Partial<ChatMessage> = {}) =>
  ({ id, isLocal: false, history: false, sentAt: 500, ...part }) as ChatMessage;

Deno.test("newsIn has what others have said since this page came, and is not known", () => {
  const messages = [
    message("told of earlier", { history: true }),
    message("missed meanwhile", { history: true, sentAt: 1_500 }),
    message("mine", { isLocal: true }),
    message("live"), // By a clock that is behind.
    message("known"),
  ];
  const known = idsOf([messages[4]]);
  assertEquals(
    newsIn(messages, known, 1_000).map(({ id }) => id),
    ["missed meanwhile", "live"],
  );
  assertEquals(newsIn(messages, known, null).map(({ id }) => id), ["live"]);
});
