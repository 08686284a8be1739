import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "@/components/Icon.tsx";

/** Something in front of the call. The browser keeps the focus inside, closes it on Escape, and gives the focus back afterwards. */
export function Dialog(
  { title, wide = false, onClose, children }: {
    title: string;
    wide?: boolean;
    onClose: () => void;
    children: ComponentChildren;
  },
) {
  const dialog = useRef<HTMLDialogElement>(null);
  /** Where the pointer went down: text that is marked may well end beside the dialog. */
  const pressed = useRef<EventTarget | null>(null);
  const id = useId();
  // At once: a key that is pressed right after the click is meant for the dialog.
  useLayoutEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog wide" : "dialog"}
      aria-labelledby={id}
      onClose={onClose}
      onPointerDown={(event) => pressed.current = event.target}
      onClick={(event) => {
        // A click on the dialog itself, not on what is in it, is one beside it.
        const { current } = dialog;
        if (event.target === current && pressed.current === current) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="plain-button dialog-close"
          aria-label="Close"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
        {children}
      </div>
    </dialog>
  );
}
