/** Joining that goes on while the server cannot be reached. */
import type { Call } from "../call/call.ts";
import type { CallState } from "../call/call_view.ts";
import type { Platform } from "../platform.ts";
import { REJOIN } from "../transport/backoff.ts";

/** Failures of joining that pass by themselves. */
const PASSES: readonly string[] = ["network", "unavailable"];
/** At least so long it waits, in milliseconds. */
const MIN_WAIT_MS = 1_000;

/** Whether a call that has failed with this code is about to be joined again by itself. */
export function isPassing(code: string): boolean {
  return PASSES.includes(code);
}

/** Starts a call anew, after a while or when the network is back, whenever it has failed so that it passes. The function that comes back ends that. */
export function joinAgain(
  call: Call,
  { clock, random, window }: Pick<Platform, "clock" | "random" | "window">,
): () => void {
  let attempts = 0;
  let last: CallState | null = null;
  let callOff = () => {};
  const again = () => {
    callOff();
    call.start();
  };
  const end = call.subscribe(({ state }) => {
    if (state === last) return;
    last = state;
    callOff();
    if (state.phase !== "failed" || !isPassing(state.error.code)) return;
    const cancel = clock.after(MIN_WAIT_MS + REJOIN(attempts++, random), again);
    window?.addEventListener("online", again);
    callOff = () => {
      cancel();
      window?.removeEventListener("online", again);
    };
  });
  return () => {
    end();
    callOff();
  };
}
