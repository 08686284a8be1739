/** Connecting goes before drawing: the page answers nobody while it draws, and a first drawing takes longer than a handshake. */
import type { CallView, Participant } from "@/lib/client/call/call_view.ts";
import { type Clock, SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";

/** How long the page stands still for somebody who is being connected, in milliseconds. */
const PATIENCE_MS = 150;

interface Calls {
  readonly view: CallView;
  subscribe(listener: (view: CallView) => void): () => void;
}

/** The same views, but held back while somebody is being connected for the first time, for 150 ms at most. The last one is never lost. */
export function calmly(call: Calls, clock: Clock = SYSTEM_CLOCK): Calls {
  return {
    get view() {
      return call.view;
    },
    subscribe(listener) {
      const waitedFor = new Set<string>();
      let stopWaiting: (() => void) | null = null;
      const tell = () => {
        stopWaiting?.();
        stopWaiting = null;
        listener(call.view);
      };
      const end = call.subscribe(({ participants }) => {
        const connecting = participants.filter(isConnecting);
        const isNew = connecting.some(({ memberId }) =>
          !waitedFor.has(memberId)
        );
        for (const { memberId } of connecting) waitedFor.add(memberId);
        if (isNew) {
          stopWaiting?.();
          stopWaiting = clock.after(PATIENCE_MS, tell);
        } else if (stopWaiting === null || connecting.length === 0) tell();
      });
      return () => {
        stopWaiting?.();
        end();
      };
    },
  };
}

function isConnecting(person: Participant): boolean {
  return person.connection === "connecting" && person.presence === "here";
}
