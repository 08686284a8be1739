import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

/** How far a popover stays from its button and from the window's edges, in pixels. */
const GAP = 8;

/** What can have the focus in a popover. */
const STOPS = "button, input";

/**
 * A button and what it opens. The browser closes it on Escape and on a click beside it, gives the focus back, and keeps it in front of
 * everything. `children` are made only while it is open.
 */
export function Popover(
  { label, title, look, face, data, children }: {
    /** What a screen reader calls the button, and what it opens. */
    label: string;
    title?: string;
    /** The button's class. */
    look: string;
    face: ComponentChildren;
    /** Marks the button, for who has to find it. */
    data?: Record<`data-${string}`, string>;
    children: (close: () => void) => ComponentChildren;
  },
) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  // Once its content is there, it has a size.
  useLayoutEffect(() => {
    if (!open) return;
    const stand = () => place(content.current!, button.current!);
    stand();
    const stops = content.current!.querySelectorAll<HTMLElement>(STOPS);
    [...stops].find((stop) => stop.checkVisibility())?.focus();
    globalThis.addEventListener("resize", stand);
    return () => globalThis.removeEventListener("resize", stand);
  }, [open]);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={look}
        aria-label={label}
        aria-expanded={open}
        aria-haspopup="dialog"
        title={title ?? label}
        popovertarget={id}
        {...data}
      >
        {face}
      </button>
      <div
        ref={content}
        id={id}
        class="popover"
        role="dialog"
        aria-label={label}
        popover="auto"
        // Escape closes this, and not the panel that it stands in.
        onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
        onToggle={({ newState }) => setOpen(newState === "open")}
      >
        {open && children(() => content.current?.hidePopover())}
      </div>
    </>
  );
}

/** Below the button or above it, wherever there is more room, and within the window. */
function place(content: HTMLElement, button: HTMLElement): void {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const below = innerHeight - bottom;
  const isBelow = below >= top;
  const width = content.offsetWidth;
  const x = Math.min((left + right - width) / 2, innerWidth - width - GAP);
  content.style.setProperty("--x", `${Math.max(GAP, x)}px`);
  content.style.setProperty("--top", isBelow ? `${bottom + GAP}px` : "auto");
  content.style.setProperty(
    "--bottom",
    isBelow ? "auto" : `${innerHeight - top + GAP}px`,
  );
  const room = (isBelow ? below : top) - 2 * GAP;
  content.style.setProperty("--room", `${room}px`);
}
