import { useRef } from "preact/hooks";
import { Icon } from "@/components/Icon.tsx";

/** The way into a room that somebody else has made. */
export function EnterForm(
  { ready, invalid, onEnter }: {
    ready: boolean;
    /** Whether what was entered last is no link or code of a room. */
    invalid: boolean;
    onEnter: (text: string) => void;
  },
) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="enter-form"
      onSubmit={(event) => {
        event.preventDefault();
        onEnter(field.current!.value);
      }}
    >
      <div class="field">
        <label for="room">Have a link or a code?</label>
        <div class="enter-row">
          <input
            ref={field}
            id="room"
            class="input"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            placeholder="Paste it here"
            disabled={!ready}
            aria-invalid={invalid}
            aria-describedby={invalid ? "room-problem" : undefined}
          />
          <button type="submit" class="button" disabled={!ready}>Join</button>
        </div>
      </div>
      {invalid && (
        <p id="room-problem" class="problem" role="alert">
          <Icon name="alert" />
          <span>
            That is no link or code of a room here. Check it with the person who
            sent it.
          </span>
        </p>
      )}
    </form>
  );
}
