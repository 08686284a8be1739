import type { ComponentChildren } from "preact";
import type { Message, Step } from "@/lib/ui/messages.ts";
import { Wordmark } from "@/components/Wordmark.tsx";

const LABELS: Record<Step, string> = {
  "rejoin": "Join again",
  "retry": "Try again",
  "continue-here": "Continue here",
  "lobby": "Back to the lobby",
  "reload": "Load the page again",
  "new-call": "Start a new call",
  "home": "Home",
};

/** Where the steps that are links lead, and what the others do. A step that has neither is not offered. */
export interface NoticeWays {
  links: Partial<Record<Step, string>>;
  onJoin?: () => void;
}

/**
 * A page that says what happened and what to do: after a call, and for errors. Its heading takes the focus when it replaces a call, so
 * that a screen reader says it.
 */
export function Notice(
  { message, ways, focus = false, children }: {
    message: Message;
    ways: NoticeWays;
    focus?: boolean;
    children?: ComponentChildren;
  },
) {
  return (
    <main class="notice">
      <Wordmark />
      <h1
        tabIndex={-1}
        ref={focus ? (element) => element?.focus() : undefined}
      >
        {message.title}
      </h1>
      <p>{message.text}</p>
      {children}
      <p class="notice-steps">
        {message.steps.map((step, index) => (
          <Way key={step} step={step} main={index === 0} ways={ways} />
        ))}
      </p>
    </main>
  );
}

function Way(
  { step, main, ways }: { step: Step; main: boolean; ways: NoticeWays },
) {
  const style = main ? "button primary" : "button";
  const link = ways.links[step];
  if (link !== undefined) {
    return <a class={style} href={link}>{LABELS[step]}</a>;
  }
  if (ways.onJoin === undefined) return null;
  return (
    <button type="button" class={style} onClick={ways.onJoin}>
      {LABELS[step]}
    </button>
  );
}
