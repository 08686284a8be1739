import type { RoomMedia } from "@/lib/protocol/room.ts";
import { seatsAdvice } from "@/lib/ui/room_wish.ts";
import { Field } from "@/components/Field.tsx";

interface DigitsProps {
  problem: string | undefined;
  disabled?: boolean;
  placeholder?: string;
  value: string;
  onInput: (digits: string) => void;
}

/** A room's PIN. */
export function PinField(props: DigitsProps & { label: string }) {
  return (
    <DigitsField {...props} id="room-pin" hint="4 to 16 digits" length={16} />
  );
}

/** How many may be in a room. */
export function SeatsField(
  { media, ...props }: DigitsProps & {
    /** What they may use there. */
    media: RoomMedia;
  },
) {
  const advice = seatsAdvice(props.value, media);
  return (
    <DigitsField
      {...props}
      id="room-seats"
      label="People at most"
      hint={advice === null ? "2 to 64" : `2 to 64. ${advice}`}
      length={2}
    />
  );
}

function DigitsField(
  { id, label, hint, length, problem, disabled, placeholder, value, onInput }:
    & DigitsProps
    & { id: string; label: string; hint: string; length: number },
) {
  return (
    <Field
      id={id}
      label={label}
      hint={problem ? undefined : hint}
      problem={problem}
    >
      {(control) => (
        <input
          {...control}
          class="input"
          inputMode="numeric"
          autocomplete="off"
          maxLength={length}
          disabled={disabled}
          placeholder={placeholder}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
