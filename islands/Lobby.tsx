import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { NO_DEVICES } from "@/lib/client/media/devices.ts";
import { plainText } from "@/lib/protocol/name.ts";
import type { Entry } from "@/lib/ui/call_state.ts";
import { canCall } from "@/lib/ui/early_call.ts";
import { earlyEntry } from "@/lib/ui/early_entry.ts";
import { useLobbyMedia } from "@/lib/ui/lobby_media.ts";
import type { PageRoom } from "@/lib/ui/page_room.ts";
import { hostToken, rememberedName, rememberName } from "@/lib/ui/storage.ts";
import { type Bring, JoinForm } from "@/components/JoinForm.tsx";
import { LobbyPreview } from "@/components/LobbyPreview.tsx";
import { Wordmark } from "@/components/Wordmark.tsx";

/** Before a call: who am I, and what do the others see and hear of me. */
export default function Lobby(
  { room, initialName, entry, refusal }: {
    room: PageRoom;
    initialName: string;
    /** Shared with the Call island: set to enter, null while nobody has. */
    entry: Signal<Entry | null>;
    /** Shared with the Call island: why it sent somebody back here, by code. */
    refusal: Signal<string | null>;
  },
) {
  const name = useSignal(initialName);
  const pin = useSignal("");
  const isHost = useSignal(false);
  const ready = useSignal(false);
  const busy = useSignal(false);
  const unsupported = useSignal(false);
  const wanted = { microphone: room.audio, camera: room.video };
  const lobby = useLobbyMedia(
    wanted,
    // A page that is reloaded in the middle of a call is about to go back into it.
    () => canCall() && earlyEntry() === null,
  );

  useEffect(() => {
    name.value ||= rememberedName();
    isHost.value = hostToken(room.roomId) !== undefined;
    ready.value = true;
    unsupported.value = !canCall();
  }, []);
  useSignalEffect(() => {
    if (refusal.value !== null) busy.value = false;
  });

  // The Call island has the page then.
  if (entry.value !== null || unsupported.value) return null;
  const media = lobby.value?.media ?? null;

  async function join(bring: Bring) {
    const shown = plainText(name.value);
    if (shown === "" || media === null) return;
    rememberName(shown);
    busy.value = true;
    if (!bring.camera) media.disableCamera();
    if (!bring.microphone) media.close();
    const opened = await media.open(bring);
    busy.value = false;
    // Without a camera one can be heard; without the microphone that was asked for, one had better know before.
    if (bring.microphone && opened.microphone.status === "failed") return;
    refusal.value = null;
    entry.value = {
      ...bring,
      name: shown,
      pin: pin.value || undefined,
      media,
    };
  }

  return (
    <main class="lobby">
      <header>
        <Wordmark />
      </header>
      <LobbyPreview
        name={name.value}
        media={media}
        local={lobby.value?.local.value ?? null}
        devices={lobby.value?.devices.value ?? NO_DEVICES}
        wanted={wanted}
      />
      <div class="lobby-join">
        <h1>{room.name || "Ready to talk?"}</h1>
        <JoinForm
          room={room}
          name={name.value}
          pin={pin.value}
          asksPin={room.pinRequired && !isHost.value ||
            refusal.value !== null}
          refusal={refusal.value}
          ready={ready.value}
          busy={busy.value}
          onName={(value) => name.value = value}
          onPin={(value) => pin.value = value}
          onJoin={join}
        />
      </div>
    </main>
  );
}
