import { Icon, type IconName } from "@/components/Icon.tsx";

/** What the toolbar shows and does. A switch that is not possible now, or not in this room, is null. */
export interface ToolbarProps {
  microphone: { on: boolean; toggle: (() => void) | null } | null;
  camera: { on: boolean; toggle: (() => void) | null } | null;
  chat: { open: boolean; unread: number; toggle: () => void } | null;
  onInvite: () => void;
  onLeave: () => void;
}

/** The buttons at the foot of a call. */
export function Toolbar(props: ToolbarProps) {
  const { microphone, camera, chat } = props;
  return (
    <footer class="toolbar" aria-label="Call controls">
      {microphone && (
        <Tool
          icon={microphone.on ? "microphone" : "microphone-off"}
          text={microphone.on ? "Mute" : "Unmute"}
          name={microphone.on ? "Mute microphone" : "Unmute microphone"}
          shortcut="m"
          look={microphone.on ? "" : "off"}
          onClick={microphone.toggle}
        />
      )}
      {camera && (
        <Tool
          icon={camera.on ? "camera" : "camera-off"}
          text={camera.on ? "Stop video" : "Start video"}
          shortcut="v"
          look={camera.on ? "" : "off"}
          onClick={camera.toggle}
        />
      )}
      {chat && (
        <Tool
          icon="chat"
          text="Chat"
          name={chat.unread > 0 ? `Chat, ${chat.unread} new` : "Chat"}
          shortcut="c"
          look={chat.open ? "open" : ""}
          badge={chat.unread}
          expanded={chat.open}
          onClick={chat.toggle}
        />
      )}
      <Tool
        icon="invite"
        text="Invite"
        onClick={props.onInvite}
      />
      <Tool
        icon="leave"
        text="Leave"
        look="leave"
        onClick={props.onLeave}
      />
    </footer>
  );
}

function Tool(
  {
    icon,
    text,
    name = text,
    look = "",
    shortcut,
    badge = 0,
    expanded,
    onClick,
  }: {
    icon: IconName;
    text: string;
    /** For screen readers and tooltips, where it says more than the text. */
    name?: string;
    look?: string;
    shortcut?: string;
    badge?: number;
    expanded?: boolean;
    onClick: (() => void) | null;
  },
) {
  return (
    <button
      type="button"
      class={`tool ${look}`}
      aria-label={name}
      aria-keyshortcuts={shortcut}
      aria-expanded={expanded}
      data-chat={expanded === undefined ? undefined : ""}
      title={shortcut ? `${name} (${shortcut})` : name}
      disabled={onClick === null}
      onClick={onClick ?? undefined}
    >
      <span class="tool-face">
        <Icon name={icon} />
        {badge > 0 && (
          <span class="badge" data-count={badge > 99 ? "99+" : badge} />
        )}
      </span>
      <span>{text}</span>
    </button>
  );
}
