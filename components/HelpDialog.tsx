import { type Actions, SHORTCUTS } from "@/lib/ui/shortcuts.ts";
import { Dialog } from "@/components/Dialog.tsx";

/** The keys of a call: of what there is in this room, for this person. */
export function HelpDialog(
  { actions, onClose }: { actions: Actions; onClose: () => void },
) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl class="keys">
        {SHORTCUTS.filter(({ action }) => actions[action] !== undefined)
          .map(({ key, text }) => <Line key={key} name={key} text={text} />)}
        {actions.microphone !== undefined && (
          <Line name="Space" text="Hold to talk while you are muted" />
        )}
        <Line name="Esc" text="Close what is open" />
      </dl>
    </Dialog>
  );
}

function Line({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>
        <kbd>{name}</kbd>
      </dt>
      <dd>{text}</dd>
    </div>
  );
}
