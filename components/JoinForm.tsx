import type { PageRoom } from "@/lib/ui/page_room.ts";
import { messageFor } from "@/lib/ui/messages.ts";
import { Icon } from "@/components/Icon.tsx";

/** A name is at most this long, as in lib/protocol/limits.ts. */
const MAX_NAME = 64;

/** What somebody brings into the call. */
export interface Bring {
  microphone: boolean;
  camera: boolean;
}

/** Name, PIN and the ways in. */
export function JoinForm(
  { room, name, pin, asksPin, refusal, ready, busy, onName, onPin, onJoin }: {
    room: PageRoom;
    name: string;
    pin: string;
    asksPin: boolean;
    /** Why the last attempt was turned down, by code. */
    refusal: string | null;
    /** Whether the page has come to life. */
    ready: boolean;
    busy: boolean;
    onName: (name: string) => void;
    onPin: (pin: string) => void;
    onJoin: (bring: Bring) => void;
  },
) {
  const waiting = !ready || busy;
  const main = { microphone: room.audio, camera: room.video };
  return (
    <form
      class="join-form"
      onSubmit={(event) => {
        event.preventDefault();
        onJoin(main);
      }}
    >
      <div class="field">
        <label for="name">Your name</label>
        <input
          id="name"
          name="name"
          class="input"
          required
          maxLength={MAX_NAME}
          autocomplete="name"
          placeholder="What the others will see"
          value={name}
          disabled={!ready}
          onInput={(event) => onName(event.currentTarget.value)}
        />
      </div>
      {asksPin && (
        <div class="field">
          <label for="pin">PIN of this room</label>
          <input
            id="pin"
            name="pin"
            class="input"
            required
            inputMode="numeric"
            autocomplete="off"
            pattern="[0-9]{4,16}"
            title="4 to 16 digits"
            maxLength={16}
            value={pin}
            disabled={!ready}
            aria-invalid={refusal === "pin-wrong"}
            aria-describedby={refusal ? "refusal" : undefined}
            onInput={(event) => onPin(event.currentTarget.value)}
          />
        </div>
      )}
      {refusal && (
        <p id="refusal" class="problem" role="alert">
          <Icon name="alert" />
          <span>
            <strong>{messageFor(refusal).title}.</strong>{" "}
            {messageFor(refusal).text}
          </span>
        </p>
      )}
      {room.locked && (
        <p class="hint">
          <Icon name="lock" />
          This room is locked: nobody new can join until a host unlocks it.
        </p>
      )}
      <div class="join-buttons">
        <button type="submit" class="button primary" disabled={waiting}>
          {mainLabel(room)}
        </button>
        {room.audio && room.video && (
          <Way
            text="With sound only"
            name="Join with sound only"
            bring={{ microphone: true, camera: false }}
            disabled={waiting}
            onJoin={onJoin}
          />
        )}
        {(room.audio || room.video) && (
          <Way
            text="With neither"
            name="Join with neither"
            bring={{ microphone: false, camera: false }}
            disabled={waiting}
            onJoin={onJoin}
          />
        )}
      </div>
    </form>
  );
}

/** One of the lesser ways in. The form checks its fields first, as it does for the main one. */
function Way(
  { text, name, bring, disabled, onJoin }: {
    text: string;
    name: string;
    bring: Bring;
    disabled: boolean;
    onJoin: (bring: Bring) => void;
  },
) {
  return (
    <button
      type="button"
      class="button"
      aria-label={name}
      disabled={disabled}
      onClick={(event) =>
        event.currentTarget.form?.reportValidity() && onJoin(bring)}
    >
      {text}
    </button>
  );
}

function mainLabel({ audio, video }: PageRoom): string {
  if (audio && video) return "Join with camera and microphone";
  if (audio) return "Join with microphone";
  return video ? "Join with camera" : "Join";
}
