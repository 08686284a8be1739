import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Panel as PanelName } from "@/lib/ui/call_page.ts";
import { Icon } from "@/components/Icon.tsx";

/** Something beside the people in the call; on a phone in their place. Escape closes it. */
export function Panel(
  { name, title, onClose, children }: {
    name: PanelName;
    title: string;
    onClose: () => void;
    children: ComponentChildren;
  },
) {
  const id = useId();
  return (
    <section
      class={`panel ${name}`}
      aria-labelledby={id}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="plain-button"
          aria-label={`Close ${name}`}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {children}
    </section>
  );
}
