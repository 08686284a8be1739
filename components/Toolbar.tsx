import { type Actions, keyOf } from "@/lib/ui/shortcuts.ts";
import {
  type Tool,
  type ToolbarState,
  toolsOf,
} from "@/components/call_tools.ts";
import { Icon, type IconName } from "@/components/Icon.tsx";
import { MenuItem } from "@/components/MenuItem.tsx";
import { Popover } from "@/components/Popover.tsx";

/** The buttons at the foot of a call. */
export function Toolbar(
  { actions, state, onLeave }: {
    actions: Actions;
    state: ToolbarState;
    onLeave: () => void;
  },
) {
  const tools = toolsOf(state)
    .filter(({ action }) => actions[action] !== undefined);
  return (
    <footer class="toolbar" aria-label="Call controls">
      {tools.filter(({ where }) => where !== "menu").map((tool) => (
        <ToolButton
          key={tool.action}
          tool={tool}
          expanded={tool.panel && state.panel === tool.panel}
          onClick={actions[tool.action]!}
        />
      ))}
      <Popover
        label="More"
        look="tool"
        data={{ "data-more": "" }}
        face={<Face icon="more" text="More" />}
      >
        {(close) =>
          tools.filter(({ where }) => where !== "bar")
            .map(({ action, icon, name, where }) => (
              <MenuItem
                key={action}
                icon={icon}
                text={name}
                hint={keyOf(action)}
                look={where === "wide" ? "narrow" : ""}
                disabled={actions[action] === null}
                onClick={() => {
                  close(); // First: a dialog gives the focus back to this menu's button.
                  actions[action]!();
                }}
              />
            ))}
      </Popover>
      <button type="button" class="tool leave" title="Leave" onClick={onLeave}>
        <Face icon="leave" text="Leave" />
      </button>
    </footer>
  );
}

function ToolButton(
  { tool, expanded, onClick }: {
    tool: Tool;
    expanded: boolean | undefined;
    onClick: (() => void) | null;
  },
) {
  const { action, icon, text, name, badge, panel, where } = tool;
  const look = expanded ? "on" : tool.look ?? "";
  const key = keyOf(action);
  return (
    <button
      type="button"
      class={`tool ${where} ${look}`}
      aria-label={name}
      aria-keyshortcuts={key}
      aria-expanded={expanded}
      data-panel={panel}
      title={`${name} (${key})`}
      disabled={onClick === null}
      onClick={onClick ?? undefined}
    >
      <Face icon={icon} text={text} badge={badge} />
    </button>
  );
}

function Face(
  { icon, text, badge = 0 }: { icon: IconName; text: string; badge?: number },
) {
  return (
    <>
      <span class="tool-face">
        <Icon name={icon} />
        {badge > 0 && (
          <span class="badge" data-count={badge > 99 ? "99+" : badge} />
        )}
      </span>
      <span class="tool-text">{text}</span>
    </>
  );
}
