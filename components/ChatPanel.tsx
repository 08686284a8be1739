import type { ChatMessage, Participant } from "@/lib/client/call/call_view.ts";
import type { ChatDraft } from "@/lib/ui/chat_draft.ts";
import { ChatForm } from "@/components/ChatForm.tsx";
import { ChatMessages } from "@/components/ChatMessages.tsx";
import { Panel } from "@/components/Panel.tsx";

/** The written part of a call. */
export function ChatPanel(
  { messages, startedAt, people, draft, onSend, onClose }: {
    messages: readonly ChatMessage[];
    /** When the call became live here, in milliseconds since 1970. */
    startedAt: number | null;
    /** To whom one can write. */
    people: readonly Participant[];
    draft: ChatDraft;
    /** Throws a `ProtocolError` when it cannot be sent. `to`: only to that member. */
    onSend: (text: string, to?: string) => void;
    onClose: () => void;
  },
) {
  return (
    <Panel name="chat" title="Chat" onClose={onClose}>
      <ChatMessages messages={messages} startedAt={startedAt} />
      <ChatForm draft={draft} people={people} onSend={onSend} />
    </Panel>
  );
}
