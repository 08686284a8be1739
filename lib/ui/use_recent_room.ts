import {
  type ReadonlySignal,
  useComputed,
  useSignalEffect,
} from "@preact/signals";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { forgetRoom, rememberRoom } from "@/lib/ui/recent_rooms.ts";

/** Keeps the way back to the room of a call, for the home page; a room that does not let back in is forgotten. */
export function useRecentRoom(
  live: ReadonlySignal<LiveCall | null>,
  address: string,
): void {
  const state = useComputed(() => live.value?.view.value.state);
  const phase = useComputed(() => state.value?.phase);
  useSignalEffect(() => {
    if (phase.value === "live") {
      const { name, expiresAt = null } = live.peek()!.view.peek().room!;
      rememberRoom({ address, name, expiresAt });
    } else if (phase.value === "ended") {
      const ended = state.peek();
      const isShut = ended?.phase === "ended" &&
        (ended.reason === "room-closed" || ended.reason === "removed");
      if (isShut) forgetRoom(address);
    }
  });
}
