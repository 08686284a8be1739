import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage } from "@/lib/client/call/call_view.ts";
import { idsOf, newsIn } from "@/lib/ui/chat_news.ts";
import { ChatLine } from "@/components/ChatLine.tsx";
import { Icon } from "@/components/Icon.tsx";

/** So close to its end a list counts as read to the end. Pixels. */
const AT_END_PX = 48;

/** What has been said. It follows what is said, unless somebody reads further up. */
export function ChatMessages(
  { messages, startedAt }: {
    messages: readonly ChatMessage[];
    startedAt: number | null;
  },
) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [known, setKnown] = useState<ReadonlySet<string>>(idsOf(messages));
  const news = newsIn(messages, known, startedAt).length;
  const last = messages[messages.length - 1];

  function showEnd() {
    list.current!.scrollTop = list.current!.scrollHeight;
  }
  function jump() {
    showEnd();
    list.current!.focus(); // The button is about to go.
  }
  function scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = list.current!;
    isAtEnd.current = scrollTop + clientHeight > scrollHeight - AT_END_PX;
    if (isAtEnd.current && news > 0) setKnown(idsOf(messages));
  }
  useLayoutEffect(() => {
    // Whoever has written wants to see it.
    const isOwn = last?.isLocal && !known.has(last.id);
    if (!isAtEnd.current && !isOwn) return;
    showEnd();
    setKnown(idsOf(messages));
  }, [messages.length, last?.id]);
  // Notes below, a growing field, a phone's keyboard: what was in sight at the end stays there.
  useEffect(() => {
    const observer = new ResizeObserver(() => isAtEnd.current && showEnd());
    observer.observe(list.current!);
    return () => observer.disconnect();
  }, []);

  return (
    <div class="chat-view">
      {/* Not live: a screen reader is told of news by the call, and not of every mark that changes. */}
      <div
        ref={list}
        class="chat-list"
        role="log"
        aria-live="off"
        aria-label="Messages"
        tabIndex={0}
        onScroll={scrolled}
      >
        {messages.length === 0 && (
          <p class="chat-empty">
            Messages go straight to the people in the call. Who comes later is
            told what was said to everyone. All is gone when the call ends.
          </p>
        )}
        {messages.map((message, index) => (
          <ChatLine
            key={message.id}
            message={message}
            before={messages[index - 1]}
          />
        ))}
      </div>
      {news > 0 && (
        <button type="button" class="button chat-news" onClick={jump}>
          {news === 1 ? "1 new message" : `${news} new messages`}
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}
