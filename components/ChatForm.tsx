import { useEffect, useRef } from "preact/hooks";
import { MAX_CHAT_CHARACTERS } from "@/lib/client/chat/chat_text.ts";
import {
  charactersLeft,
  type ChatDraft,
  reachOf,
  type Recipient,
  refusal,
} from "@/lib/ui/chat_draft.ts";
import { failureCode } from "@/lib/ui/messages.ts";
import { Icon } from "@/components/Icon.tsx";

/** Lines that the field grows to, where the browser does not grow it by itself. */
const MAX_ROWS = 5;

/** Where a message is written, to everyone or to one. */
export function ChatForm(
  { draft, people, onSend }: {
    draft: ChatDraft;
    people: readonly Recipient[];
    onSend: (text: string, to?: string) => void;
  },
) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const text = draft.text.value;
  const { to, left, isHeld } = reachOf(draft.to.value, text, people);
  const charsLeft = charactersLeft(text, MAX_CHAT_CHARACTERS);
  const isTooLong = charsLeft !== null && charsLeft < 0;

  function choose(memberId: string) {
    draft.to.value = people.find((one) => one.memberId === memberId) ?? null;
    draft.error.value = null;
  }
  function write(words: string) {
    // Written after the one for whom nothing was written yet had left: it is for everyone.
    if (left !== null && !isHeld) draft.to.value = null;
    draft.text.value = words;
    draft.error.value = null;
  }
  function send() {
    if (text.trim() === "" || isHeld || isTooLong) return;
    try {
      onSend(text.trim(), to?.memberId);
      draft.text.value = "";
      draft.to.value = to;
      draft.error.value = null;
    } catch (error) {
      draft.error.value = refusal(failureCode(error));
    }
  }
  function press(event: KeyboardEvent) {
    // While a word is composed (IME), Enter and Escape are the composer's. 229: Safari ends the composition before this event.
    if (event.isComposing || event.keyCode === 229) {
      return event.stopPropagation();
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      class={to === null ? "chat-form" : "chat-form only"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {left !== null && (
        <p class="chat-note warn" role="alert">
          <span>
            <bdi>{left.name}</bdi> has left. {isHeld
              ? "What you wrote was not sent: choose who gets it."
              : "You are writing to everyone."}
          </span>
        </p>
      )}
      {draft.error.value !== null && (
        <p class="chat-note warn" role="alert">
          {draft.error.value}
        </p>
      )}
      <label class="chat-to">
        <span>To</span>
        <select
          class="input"
          value={to?.memberId ?? ""}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">Everyone</option>
          {people.map(({ memberId, name }) => (
            <option key={memberId} value={memberId}>{name}, only</option>
          ))}
          {isHeld && left && (
            <option value={left.memberId} disabled>{left.name} (left)</option>
          )}
        </select>
      </label>
      <div class="chat-write">
        <textarea
          ref={field}
          class="input"
          rows={Math.min(MAX_ROWS, text.split("\n").length)}
          aria-label={to === null ? "Message" : `Message to ${to.name}, only`}
          aria-invalid={isTooLong}
          aria-describedby={charsLeft === null ? undefined : "chat-left"}
          placeholder={to === null
            ? "Write a message"
            : `Only ${to.name} will see this`}
          autocomplete="off"
          enterkeyhint="send"
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={press}
        />
        <button
          type="submit"
          class="button primary"
          aria-label="Send message"
          disabled={isHeld || isTooLong}
        >
          <Icon name="send" />
        </button>
      </div>
      {charsLeft !== null && (
        <p id="chat-left" class={isTooLong ? "chat-left over" : "chat-left"}>
          {isTooLong
            ? `${-charsLeft} characters too many`
            : `${charsLeft} characters left`}
        </p>
      )}
    </form>
  );
}
