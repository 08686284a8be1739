/** What a screen reader should say of a call, as it goes on. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CallView } from "@/lib/client/call/call_view.ts";
import { announcements } from "@/lib/ui/announce.ts";
import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";

/** The latest news, in one text. */
export function useAnnouncements(
  live: LiveCall,
  page: CallPage,
): ReadonlySignal<string> {
  const said = useSignal("");
  const last = useRef<CallView>(live.view.peek());
  useEffect(() =>
    live.view.subscribe((view) => {
      const chatOpen = page.panel.peek() === "chat";
      const news = announcements(last.current, view, chatOpen);
      last.current = view;
      const text = news.join(". ");
      // The same words are only read out again if something about them differs.
      if (text !== "") said.value = text === said.peek() ? `${text}.` : text;
    }), [live]);
  return said;
}
