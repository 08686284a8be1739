import { useEffect, useRef, useState } from "preact/hooks";
import type { NewRoom } from "@/lib/client/api.ts";
import { MAX_NAME_CHARACTERS } from "@/lib/protocol/limits.ts";
import { fieldProblems } from "@/lib/ui/field_problems.ts";
import { KINDS } from "@/lib/ui/room_words.ts";
import {
  asked,
  LIVES,
  newRoomWish,
  ofType,
  type RoomWish,
} from "@/lib/ui/room_wish.ts";
import { Check } from "@/components/Check.tsx";
import { Field } from "@/components/Field.tsx";
import { MediaFields } from "@/components/MediaFields.tsx";
import { PinField, SeatsField } from "@/components/RoomFields.tsx";

/** What a call can be made of before it is started. What was filled in stays, whatever the server says to it. */
export function NewRoomForm({ origin, busy, failure, onStart }: {
  origin: string;
  busy: boolean;
  /** What the last attempt failed with. */
  failure: unknown;
  onStart: (room: NewRoom) => void;
}) {
  const [wish, setWish] = useState(newRoomWish);
  const form = useRef<HTMLFormElement>(null);
  const set = (part: Partial<RoomWish>) =>
    setWish((wish) => ({ ...wish, ...part }));
  const problems = fieldProblems(failure) ?? {};
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [failure]);
  return (
    <form
      ref={form}
      class="room-form"
      aria-label="Options of the call"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onStart(asked(wish));
      }}
    >
      <fieldset class="kinds">
        <legend class="label">Kind</legend>
        {KINDS.map(({ type, name, text }) => (
          <label key={type} class="check">
            <input
              type="radio"
              name="type"
              checked={wish.type === type}
              onChange={() => setWish((wish) => ofType(type, wish))}
            />
            <span>
              {name}
              <small>{text}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Field id="room-name" label="Name" problem={problems.name}>
        {(control) => (
          <input
            {...control}
            class="input"
            autocomplete="off"
            maxLength={MAX_NAME_CHARACTERS}
            placeholder="What the others will see"
            value={wish.name}
            onInput={(event) => set({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        id="room-slug"
        label="Readable link"
        hint={`${origin}/r/${wish.slug.trim().toLowerCase() || "…"}`}
        problem={problems.slug}
      >
        {(control) => (
          <input
            {...control}
            class="input"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={40}
            placeholder="Such as our-team; else a random one"
            value={wish.slug}
            onInput={(event) => set({ slug: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="field-pair">
        <PinField
          label="PIN"
          placeholder="None"
          problem={problems.pin}
          value={wish.pin}
          onInput={(pin) => set({ pin })}
        />
        <SeatsField
          media={wish.media}
          problem={problems.maxParticipants}
          value={wish.seats}
          onInput={(seats) => set({ seats })}
        />
      </div>
      <Check
        text="Show it on the home page"
        hint="Anyone can find it there, and see how many are in it."
        checked={wish.listed}
        onChange={(listed) => set({ listed })}
      />
      <MediaFields media={wish.media} onChange={(media) => set({ media })} />
      <Field id="room-life" label="It lasts">
        {(control) => (
          <select
            {...control}
            class="input"
            onChange={(event) =>
              set({ life: LIVES[event.currentTarget.selectedIndex].life })}
          >
            {LIVES.map(({ life, text }) => (
              <option key={text} selected={life === wish.life}>{text}</option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" class="button primary start-button" disabled={busy}>
        {busy ? "Making a room…" : "Start this call"}
      </button>
    </form>
  );
}
