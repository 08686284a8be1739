import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage } from "@/lib/client/call_view.ts";
import { Icon } from "@/components/Icon.tsx";
import { RichText } from "@/components/RichText.tsx";

/** What a message may hold, as the client library has it. */
const MAX_CHARACTERS = 4000;
/** Messages of one person that follow each other this closely stand under one name. */
const SAME_BREATH_MS = 120_000;

/** The written part of a call. */
export function ChatPanel(
  { messages, onSend, onClose }: {
    messages: readonly ChatMessage[];
    onSend: (text: string) => void;
    onClose: () => void;
  },
) {
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.focus(), []);
  useLayoutEffect(() => {
    list.current!.scrollTop = list.current!.scrollHeight;
  }, [messages.length]);

  function send(event: Event) {
    event.preventDefault();
    if (text.trim() === "") return;
    onSend(text.trim());
    setText("");
  }

  return (
    <section
      class="chat"
      aria-labelledby="chat-title"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <header class="chat-head">
        <h2 id="chat-title">Chat</h2>
        <button
          type="button"
          class="plain-button"
          aria-label="Close chat"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <div
        ref={list}
        class="chat-list"
        role="log"
        aria-labelledby="chat-title"
        tabIndex={0}
      >
        {messages.length === 0 && (
          <p class="chat-empty">
            Messages go straight to the people in the call, and are gone when it
            ends.
          </p>
        )}
        {messages.map((message, index) => (
          <Line
            key={message.id}
            message={message}
            goesOn={goesOn(messages[index - 1], message)}
          />
        ))}
      </div>
      <form class="chat-form" onSubmit={send}>
        <input
          ref={field}
          class="input"
          aria-label="Message"
          placeholder="Write a message"
          autocomplete="off"
          enterkeyhint="send"
          maxLength={MAX_CHARACTERS}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button primary" aria-label="Send message">
          <Icon name="send" />
        </button>
      </form>
    </section>
  );
}

function goesOn(before: ChatMessage | undefined, message: ChatMessage) {
  return before?.memberId === message.memberId &&
    message.sentAt - before.sentAt < SAME_BREATH_MS;
}

function Line({ message, goesOn }: { message: ChatMessage; goesOn: boolean }) {
  const { isLocal, delivery } = message;
  const sentAt = new Date(message.sentAt);
  return (
    <div class={isLocal ? "line own" : "line"}>
      {!goesOn && (
        <p class="line-head">
          <bdi>{isLocal ? "You" : message.name}</bdi>{" "}
          <time dateTime={sentAt.toISOString()}>
            {sentAt.toLocaleTimeString([], {
              hour: "2-digit",
              minute: "2-digit",
            })}
          </time>
        </p>
      )}
      <p class="line-text" dir="auto">
        <RichText text={message.text} />
        {isLocal && (
          <span class={`line-mark ${delivery}`}>
            <Icon name={delivery === "delivered" ? "check-double" : "check"} />
            <span class="visually-hidden">
              {delivery === "delivered" ? "Delivered" : "Sent"}
            </span>
          </span>
        )}
      </p>
    </div>
  );
}
