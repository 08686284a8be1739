import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "@/components/Icon.tsx";

/** How long "Copied" stands. */
const COPIED_MS = 2500;

/** A link to send to somebody, and the button that copies it. */
export function CopyLink(
  { link, focus = false }: {
    link: string;
    /** Whether the button has the focus when it appears in a dialog. */
    focus?: boolean;
  },
) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
    } catch {
      // No clipboard on insecure pages, or refused: the text is selected, to be copied by hand.
      field.current?.select();
    }
  }

  return (
    <div class="copy-link">
      <input
        ref={field}
        class="input"
        aria-label="Link to this room"
        readOnly
        value={link}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button
        type="button"
        class="button primary"
        autofocus={focus}
        onClick={copy}
      >
        <Icon name={copied ? "check" : "copy"} />
        <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
