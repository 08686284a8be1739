import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { type Entry, type LiveCall, openCall } from "@/lib/ui/call_state.ts";
import { earlyCall } from "@/lib/ui/early_call.ts";
import { failureCode } from "@/lib/ui/messages.ts";
import type { PageRoom } from "@/lib/ui/page_room.ts";
import { AfterCall } from "@/components/AfterCall.tsx";
import { CallRoom } from "@/components/CallRoom.tsx";
import { Joining } from "@/components/Joining.tsx";

/** Begun while the page is still coming to life; null on the server, and where there is a lobby first. */
const early = earlyCall();

/** From the moment somebody enters until they have left the page. */
export default function Call({ room, entering, entry, refusal }: {
  room: PageRoom;
  /** Whether the link enters at once: there is no lobby on this page. */
  entering: boolean;
  /** Shared with the Lobby island: set to enter, null while nobody has. */
  entry: Signal<Entry | null>;
  /** Shared with the Lobby island: why somebody is sent back to it, by code. */
  refusal: Signal<string | null>;
}) {
  const live = useSignal<LiveCall | null>(null);
  const unsupported = useSignal(false);

  // After the first drawing, which has to be what the server sent.
  useLayoutEffect(() => {
    unsupported.value = typeof RTCPeerConnection === "undefined";
    if (early !== null) entry.value = early.entry;
  }, []);
  useSignalEffect(() => {
    const wanted = entry.value;
    if (wanted === live.peek()?.entry) return;
    if (wanted === null) live.value = null;
    else {
      live.value = wanted === early?.entry
        ? early
        : openCall(room.roomId, wanted);
    }
  });
  useSignalEffect(() => {
    const state = live.value?.view.value.state;
    if (entering || state?.phase !== "failed") return;
    const { code } = state.error;
    if (code !== "pin-required" && code !== "pin-wrong") return;
    refusal.value = code;
    entry.value = null;
  });

  const ways = {
    links: { lobby: `/r/${room.address}`, reload: "", home: "/" },
    onJoin: () => entry.value = live.peek()!.again(),
  };
  if (unsupported.value) {
    return <AfterCall code="unsupported-browser" ways={ways} />;
  }
  const call = live.value;
  if (call === null) return entering ? <Joining /> : null;
  const { state, startedAt } = call.view.value;
  switch (state.phase) {
    case "joining":
      return (
        <Joining
          waiting={state.retryAt !== undefined}
          onCancel={() => void call.call.leave()}
        />
      );
    case "live":
      return <CallRoom live={call} room={room.address} />;
    case "ended":
      return (
        <AfterCall
          code={state.reason}
          startedAt={startedAt}
          ways={ways}
        />
      );
    case "failed":
      return <AfterCall code={failureCode(state.error)} ways={ways} />;
  }
}
