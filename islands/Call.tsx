import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { isPassing } from "@/lib/client/service/joining_again.ts";
import {
  type Entry,
  isSentBack,
  type LiveCall,
  openCall,
} from "@/lib/ui/call_state.ts";
import { canCall, earlyCall } from "@/lib/ui/early_call.ts";
import { endingCode, failureCode } from "@/lib/ui/messages.ts";
import type { PageRoom } from "@/lib/ui/page_room.ts";
import { useRecentRoom } from "@/lib/ui/use_recent_room.ts";
import { AfterCall } from "@/components/AfterCall.tsx";
import { CallRoom } from "@/components/CallRoom.tsx";
import { Joining } from "@/components/Joining.tsx";

/** Taken up while the page is still coming to life; null on the server, and where there is a lobby first. */
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
    unsupported.value = !canCall();
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
  useRecentRoom(live, room.address);
  // Back to the lobby, where there is one.
  useSignalEffect(() => {
    const view = live.value?.view.value;
    if (entering || view === undefined) return;
    const { state, startedAt } = view;
    if (isSentBack(state)) {
      refusal.value = state.error.code;
      entry.value = null;
    } else if (
      state.phase === "ended" && state.reason === "left" && startedAt === null
    ) entry.value = null;
  });

  const ways = {
    links: {
      lobby: `/r/${room.address}`,
      reload: "",
      "new-call": "/",
      home: "/",
    },
    onJoin: () => entry.value = live.peek()!.again(),
  };
  if (unsupported.value) {
    return <AfterCall code="unsupported-browser" ways={ways} />;
  }
  const call = live.value;
  if (call === null) return entering ? <Joining /> : null;
  const { state, startedAt } = call.view.value;
  const joining = (
    <Joining
      trouble={call.trouble.value}
      onCancel={() => void call.call.leave()}
    />
  );
  switch (state.phase) {
    case "joining":
      return joining;
    case "live":
      return <CallRoom live={call} room={room.address} />;
    case "ended":
      return (
        <AfterCall
          code={endingCode(state.reason, startedAt)}
          startedAt={startedAt}
          ways={ways}
        />
      );
    case "failed":
      return isPassing(state.error.code)
        ? joining
        : <AfterCall code={failureCode(state.error)} ways={ways} />;
  }
}
