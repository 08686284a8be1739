import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { NewRoom } from "@/lib/client/api.ts";
import { later, LoadError } from "@/lib/ui/later.ts";
import { roomPath } from "@/lib/ui/room_link.ts";
import { EnterForm } from "@/components/EnterForm.tsx";
import { Icon } from "@/components/Icon.tsx";
import type { NewRoomForm } from "@/components/NewRoomForm.tsx";

/** When what a click needs is fetched, so that it is there though the service be away by then. The page itself goes first. */
const FETCH_AHEAD_MS = 1_000;

const roomRequests = () => later(import("@/lib/ui/room_requests.ts"));

/** Makes a room, or finds the way into one. */
export default function Home() {
  const ready = useSignal(false);
  const busy = useSignal(false);
  /** Null while nothing has failed. */
  const failure = useSignal<Error | null>(null);
  const badLink = useSignal(false);
  /** Null while nobody has asked for options. */
  const options = useSignal<typeof NewRoomForm | null>(null);
  const showsOptions = useSignal(false);
  useEffect(() => {
    ready.value = true;
    // A page that comes back by the browser's back button is as it was left: waiting.
    const shown = () => busy.value = false;
    addEventListener("pageshow", shown);
    const ahead = setTimeout(
      () => roomRequests().catch(() => {}),
      FETCH_AHEAD_MS,
    );
    return () => {
      removeEventListener("pageshow", shown);
      clearTimeout(ahead);
    };
  }, []);

  async function start(wish: NewRoom) {
    busy.value = true;
    failure.value = null;
    try {
      const { makeRoom } = await roomRequests();
      location.assign(await makeRoom(wish));
    } catch (error) {
      failure.value = error as Error;
      busy.value = false;
    }
  }

  async function toggleOptions() {
    failure.value = null;
    try {
      options.value ??=
        (await later(import("@/components/NewRoomForm.tsx"))).NewRoomForm;
      showsOptions.value = !showsOptions.value;
    } catch (error) {
      failure.value = error as Error;
    }
  }

  function enter(text: string) {
    const path = roomPath(text, location.origin);
    badLink.value = path === null;
    if (path !== null) location.assign(path);
  }

  const Options = options.value;
  return (
    <>
      {!showsOptions.value && (
        <button
          type="button"
          class="button primary start-button"
          disabled={!ready.value || busy.value}
          onClick={() => void start({ type: "video" })}
        >
          {busy.value ? "Making a room…" : "Start a call"}
        </button>
      )}
      <button
        type="button"
        class="link-button options-button"
        aria-expanded={showsOptions.value}
        disabled={!ready.value}
        onClick={() => void toggleOptions()}
      >
        {showsOptions.value ? "Without options" : "Options"}
      </button>
      {Options !== null && (
        // What was filled in stays while it is out of sight.
        <div hidden={!showsOptions.value}>
          <Options
            origin={location.origin}
            busy={busy.value}
            failure={failure.value?.cause}
            onStart={start}
          />
        </div>
      )}
      <Failure error={failure.value} />
      <p class="or">or</p>
      <EnterForm
        ready={ready.value}
        invalid={badLink.value}
        onEnter={enter}
      />
    </>
  );
}

/** Why no room was made. Fields that are wrong say so themselves. */
function Failure({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <p class="problem" role="alert">
      <Icon name="alert" />
      <span>
        {error instanceof LoadError
          ? (
            <>
              The service can't be reached. Check your internet connection.{" "}
              <a href="">Load the page again</a>
            </>
          )
          : error.message}
      </span>
    </p>
  );
}
