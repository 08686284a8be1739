import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import type { Question } from "@/components/ConfirmDialog.tsx";
import { isConnected } from "@/components/HostMenu.tsx";
import { Icon } from "@/components/Icon.tsx";

/** What a host can do about the whole room. */
export function RoomControls({ live, page, onAsk }: {
  live: LiveCall;
  page: CallPage;
  /** Asks before what cannot be undone. */
  onAsk: (question: Question) => void;
}) {
  const { call } = live;
  const { locked } = live.view.value.room!;
  const disabled = !isConnected(live);
  return (
    <div class="room-controls" role="group" aria-label="You are a host">
      <button
        type="button"
        class="button small"
        disabled={disabled}
        onClick={() => call.lockRoom(!locked)}
      >
        <Icon name={locked ? "unlock" : "lock"} />
        {locked ? "Unlock" : "Lock"}
      </button>
      <button
        type="button"
        class="button small"
        onClick={() => page.dialog.value = "room"}
      >
        <Icon name="settings" />
        Room…
      </button>
      <button
        type="button"
        class="button small danger"
        disabled={disabled}
        onClick={() =>
          onAsk({
            title: "End the call for everyone?",
            text:
              "Everyone leaves at once, and the room is closed: its link no longer works.",
            action: "End for everyone",
            onConfirm: () => call.endRoom(),
          })}
      >
        End for all…
      </button>
    </div>
  );
}
