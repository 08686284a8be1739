import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createRoom } from "@/lib/client/api.ts";
import { createRoomMessage, failureCode } from "@/lib/ui/messages.ts";
import { roomPath } from "@/lib/ui/room_link.ts";
import { keepHostToken } from "@/lib/ui/storage.ts";
import { EnterForm } from "@/components/EnterForm.tsx";
import { Icon } from "@/components/Icon.tsx";

/** Makes a room, or finds the way into one. */
export default function Home() {
  const ready = useSignal(false);
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const badLink = useSignal(false);
  useEffect(() => {
    ready.value = true;
    // A page that comes back by the browser's back button is as it was left: waiting.
    const shown = () => busy.value = false;
    addEventListener("pageshow", shown);
    return () => removeEventListener("pageshow", shown);
  }, []);

  async function start() {
    busy.value = true;
    problem.value = null;
    try {
      const room = await createRoom({ type: "video" });
      keepHostToken(room.roomId, room.hostToken);
      location.assign(`/r/${room.roomId}`);
    } catch (error) {
      const { title, text } = createRoomMessage(failureCode(error));
      problem.value = `${title}. ${text}`;
      busy.value = false;
    }
  }

  function enter(text: string) {
    const path = roomPath(text, location.origin);
    badLink.value = path === null;
    if (path !== null) location.assign(path);
  }

  return (
    <>
      <button
        type="button"
        class="button primary start-button"
        disabled={!ready.value || busy.value}
        onClick={start}
      >
        {busy.value ? "Making a room…" : "Start a call"}
      </button>
      {problem.value && (
        <p class="problem" role="alert">
          <Icon name="alert" />
          <span>{problem.value}</span>
        </p>
      )}
      <p class="or">or</p>
      <EnterForm
        ready={ready.value}
        invalid={badLink.value}
        onEnter={enter}
      />
    </>
  );
}
