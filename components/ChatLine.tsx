import type { ChatMessage } from "@/lib/client/call/call_view.ts";
import { Icon } from "@/components/Icon.tsx";
import { RichText } from "@/components/RichText.tsx";

/** Messages of one person that follow each other this closely stand under one name. */
const SAME_BREATH_MS = 120_000;

/** One message, under the day and the name if those have changed since the message before. */
export function ChatLine(
  { message, before }: {
    message: ChatMessage;
    before: ChatMessage | undefined;
  },
) {
  const sentAt = new Date(message.sentAt);
  const dayBefore = before ? new Date(before.sentAt) : new Date();
  const isOtherDay = sentAt.toDateString() !== dayBefore.toDateString();
  return (
    <>
      {isOtherDay && (
        <p class="chat-day">
          {sentAt.toLocaleDateString([], {
            weekday: "long",
            day: "numeric",
            month: "long",
          })}
        </p>
      )}
      <div class={`line ${message.isLocal ? "own" : ""}`}>
        {(isOtherDay || !goesOn(before, message)) && <Head message={message} />}
        <p class="line-text" dir="auto">
          <RichText text={message.text} />
          <DeliveryMark message={message} />
        </p>
      </div>
    </>
  );
}

/** Whether they can stand under one name. */
function goesOn(before: ChatMessage | undefined, message: ChatMessage) {
  return before?.memberId === message.memberId && before.to === message.to &&
    before.isFirsthand === message.isFirsthand &&
    Math.abs(message.sentAt - before.sentAt) < SAME_BREATH_MS;
}

/** Who said it to whom, and when. */
function Head({ message }: { message: ChatMessage }) {
  const { isLocal, isFirsthand, name, to, toName } = message;
  const sentAt = new Date(message.sentAt);
  return (
    <p class="line-head">
      <bdi>{isLocal ? "You" : name}</bdi>
      {to !== null && (
        <span class="line-only">
          <Icon name="lock" />
          {isLocal
            ? (
              <>
                to <bdi>{toName}</bdi>, only
              </>
            )
            : "only to you"}
        </span>
      )}
      <time dateTime={sentAt.toISOString()}>
        {sentAt.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
      </time>
      {!isFirsthand && !isLocal && <span>passed on by others</span>}
    </p>
  );
}

/** One tick while nobody has it, the count while some have, two ticks when all have it. */
function DeliveryMark({ message: { delivery, to, toName } }: {
  message: ChatMessage;
}) {
  if (delivery === null) return null;
  const { got, of } = delivery;
  if (to !== null && of === 0) {
    return (
      <span class="line-mark lost">
        Not delivered: <bdi>{toName}</bdi> has left
      </span>
    );
  }
  const isPartly = got > 0 && got < of;
  const isDelivered = got > 0 && got === of;
  return (
    <span class={isDelivered ? "line-mark delivered" : "line-mark"}>
      {isPartly
        ? <span aria-hidden="true">{got} of {of}</span>
        : <Icon name={isDelivered ? "check-double" : "check"} />}
      <span class="visually-hidden">
        {isPartly
          ? `Delivered to ${got} of ${of}`
          : isDelivered
          ? "Delivered"
          : "Sent"}
      </span>
    </span>
  );
}
