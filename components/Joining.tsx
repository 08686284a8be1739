import { Mark } from "@/components/Wordmark.tsx";

/** While a seat is being taken: usually for a blink. */
export function Joining(
  { waiting = false, onCancel }: {
    /** Whether a first attempt has failed. */
    waiting?: boolean;
    onCancel?: () => void;
  },
) {
  return (
    <main class="joining">
      <Mark />
      <h1>Joining…</h1>
      <p role="status">
        {waiting && "The service can't be reached just now. Still trying…"}
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
