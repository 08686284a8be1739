import { useEffect, useRef, useState } from "preact/hooks";
import { changeRoom } from "@/lib/client/api.ts";
import { MAX_NAME_CHARACTERS } from "@/lib/protocol/limits.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { fieldProblems } from "@/lib/ui/field_problems.ts";
import { failureCode, messageFor } from "@/lib/ui/messages.ts";
import { changeOf, isEmpty, roomForm } from "@/lib/ui/room_form.ts";
import { Check } from "@/components/Check.tsx";
import { Dialog } from "@/components/Dialog.tsx";
import { Field } from "@/components/Field.tsx";
import { Icon } from "@/components/Icon.tsx";
import { MediaFields } from "@/components/MediaFields.tsx";
import { PinField, SeatsField } from "@/components/RoomFields.tsx";

/** What a host can change about a room while people are in it. Everyone is told at once. */
export function RoomDialog(
  { live, onClose }: { live: LiveCall; onClose: () => void },
) {
  const form = useRef<HTMLFormElement>(null);
  /** As it was when the dialog opened: only what this host has touched is changed. */
  const [before] = useState(() => live.view.peek().room!);
  const [wish, setWish] = useState(() => roomForm(before));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const set = (part: Partial<typeof wish>) =>
    setWish((wish) => ({ ...wish, ...part }));
  const problems = fieldProblems(failure);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [failure]);

  async function save() {
    const change = changeOf(before, wish);
    if (isEmpty(change)) return onClose();
    setBusy(true);
    setFailure(null);
    try {
      const { token } = live.view.peek();
      await changeRoom(before.roomId, change, { bearer: token! });
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <Dialog title="This room" onClose={onClose}>
      <form
        ref={form}
        class="room-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field id="room-name" label="Name" problem={problems?.name}>
          {(control) => (
            <input
              {...control}
              class="input"
              autocomplete="off"
              maxLength={MAX_NAME_CHARACTERS}
              value={wish.name}
              onInput={(event) => set({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        <div class="field-pair">
          <PinField
            label={before.pinRequired ? "New PIN" : "PIN"}
            placeholder={before.pinRequired ? "As it is" : "None"}
            problem={problems?.pin}
            disabled={wish.withoutPin}
            value={wish.pin}
            onInput={(pin) => set({ pin })}
          />
          <SeatsField
            media={wish.media}
            problem={problems?.maxParticipants}
            value={wish.seats}
            onInput={(seats) => set({ seats })}
          />
        </div>
        {before.pinRequired && (
          <Check
            text="Take the PIN away"
            checked={wish.withoutPin}
            onChange={(withoutPin) => set({ withoutPin })}
          />
        )}
        <MediaFields media={wish.media} onChange={(media) => set({ media })} />
        <Check
          text="Locked"
          hint="Nobody new can join."
          checked={wish.locked}
          onChange={(locked) => set({ locked })}
        />
        <Check
          text="Show it on the home page"
          hint="Anyone can find it there, and see how many are in it."
          checked={wish.listed}
          onChange={(listed) => set({ listed })}
        />
        {problems?.listed && <p class="field-problem">{problems.listed}</p>}
        {failure !== null && problems === null && <Problem error={failure} />}
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? "Saving…" : "Save"}
        </button>
      </form>
    </Dialog>
  );
}

function Problem({ error }: { error: unknown }) {
  const { title, text } = messageFor(failureCode(error));
  return (
    <p class="problem" role="alert">
      <Icon name="alert" />
      <span>{`${title}. ${text}`}</span>
    </p>
  );
}
