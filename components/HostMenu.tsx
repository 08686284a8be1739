import type { Participant } from "@/lib/client/call/call_view.ts";
import type { TrackKind } from "@/lib/protocol/messages.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import type { Question } from "@/components/ConfirmDialog.tsx";
import type { IconName } from "@/components/Icon.tsx";
import { MenuItem } from "@/components/MenuItem.tsx";

/** What a host can ask somebody to switch off, while it is on. */
const REQUESTS: readonly {
  kind: TrackKind;
  icon: IconName;
  text: string;
  isOn: (person: Participant) => boolean;
}[] = [
  {
    kind: "audio",
    icon: "microphone-off",
    text: "Mute",
    isOn: (person) => person.microphoneOn,
  },
  {
    kind: "video",
    icon: "camera-off",
    text: "Stop their camera",
    isOn: (person) => person.cameraOn,
  },
  {
    kind: "screen",
    icon: "screen-off",
    text: "Stop their screen",
    isOn: (person) => person.screenOn,
  },
];

/** What a host can do about one person. */
export function HostMenu({ live, person, onAsk, onDone }: {
  live: LiveCall;
  person: Participant;
  /** Asks before what cannot be undone. */
  onAsk: (question: Question) => void;
  onDone: () => void;
}) {
  const { call } = live;
  const { memberId, name } = person;
  const disabled = !isConnected(live);
  return (
    <>
      {REQUESTS.filter(({ isOn }) => isOn(person)).map((
        { kind, icon, text },
      ) => (
        <MenuItem
          key={kind}
          icon={icon}
          text={text}
          disabled={disabled}
          onClick={() => {
            onDone();
            call.muteMember(memberId, kind);
          }}
        />
      ))}
      <MenuItem
        icon="leave"
        text="Remove from the room…"
        look="danger"
        disabled={disabled}
        onClick={() => {
          onDone();
          onAsk({
            title: `Remove ${name}?`,
            text:
              "They leave the call at once, and can't come back as who they are now. Lock the room, or change its PIN, to keep them out for good.",
            action: "Remove",
            onConfirm: () => call.removeMember(memberId),
          });
        }}
      />
    </>
  );
}

/** Whether what a host does reaches the service now. */
export function isConnected({ view }: LiveCall): boolean {
  const { state } = view.value;
  return state.phase === "live" && state.signaling === "connected";
}
