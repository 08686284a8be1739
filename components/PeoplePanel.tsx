import { useState } from "preact/hooks";
import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { ConfirmDialog, type Question } from "@/components/ConfirmDialog.tsx";
import { HostMenu } from "@/components/HostMenu.tsx";
import { Icon } from "@/components/Icon.tsx";
import { Panel } from "@/components/Panel.tsx";
import { PersonLine } from "@/components/PersonLine.tsx";
import { RoomControls } from "@/components/RoomControls.tsx";

/** Everyone in the call, and what can be done about them: by anyone for themselves, by hosts for everyone. */
export function PeoplePanel({ live, page, onClose }: {
  live: LiveCall;
  page: CallPage;
  onClose: () => void;
}) {
  const [question, setQuestion] = useState<Question | null>(null);
  const { me, participants, room } = live.view.value;
  const isHost = me!.role === "host";
  return (
    <>
      <Panel
        title={`People (${participants.length + 1})`}
        name="people"
        onClose={onClose}
      >
        <div class="people-list">
          {isHost && (
            <RoomControls live={live} page={page} onAsk={setQuestion} />
          )}
          {room!.locked && (
            <p class="hint">
              <Icon name="lock" />
              The room is locked: nobody new can join.
            </p>
          )}
          <ul>
            {[me!, ...participants].map((person) => (
              <PersonLine key={person.memberId} live={live} person={person}>
                {isHost && !person.isLocal
                  ? (close) => (
                    <HostMenu
                      live={live}
                      person={person}
                      onAsk={setQuestion}
                      onDone={close}
                    />
                  )
                  : null}
              </PersonLine>
            ))}
          </ul>
        </div>
      </Panel>
      {question && (
        <ConfirmDialog
          {...question}
          onClose={() => setQuestion(null)}
        />
      )}
    </>
  );
}
