import { messageFor } from "@/lib/ui/messages.ts";
import { Mark } from "@/components/Wordmark.tsx";

/** While a seat is being taken: usually for a blink. */
export function Joining(
  { trouble = null, onCancel }: {
    /** Why it takes longer, by code. */
    trouble?: string | null;
    onCancel?: () => void;
  },
) {
  return (
    <main class="joining">
      <Mark />
      <h1>Joining…</h1>
      <p role="status">
        {trouble && `${messageFor(trouble).title}. Still trying…`}
      </p>
      <button
        type="button"
        class="button"
        disabled={onCancel === undefined}
        onClick={onCancel}
      >
        Cancel
      </button>
    </main>
  );
}
