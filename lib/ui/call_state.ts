/** The bridge from the client library's views to signals. Nothing else knows both. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { REJOIN } from "@/lib/client/backoff.ts";
import { Call } from "@/lib/client/call.ts";
import type { CallState, CallView } from "@/lib/client/call_view.ts";
import { NetworkError } from "@/lib/client/errors.ts";
import type { LocalMedia, LocalMediaView } from "@/lib/client/local_media.ts";
import { failureCode, type MessageCode } from "@/lib/ui/messages.ts";
import { hostToken, keepCall } from "@/lib/ui/storage.ts";

/** How somebody wants to be in a call. */
export interface Entry {
  name: string;
  pin?: string;
  /** Of an earlier life of this page, or of a call that is to be continued here. */
  token?: string;
  microphone: boolean;
  camera: boolean;
  media: LocalMedia;
}

/** A call that has been started. */
export interface LiveCall {
  /** How it was entered. */
  entry: Entry;
  /** For what people do: switching, writing, leaving. */
  call: Call;
  view: ReadonlySignal<CallView>;
  local: ReadonlySignal<LocalMediaView>;
  /** Why joining takes longer: it is tried on and on. Null while all is well. */
  trouble: ReadonlySignal<MessageCode | null>;
  /** How to enter again what has ended or failed: with the microphone and camera as they were last. */
  again(): Entry;
}

/** Something of the client library that shows itself in snapshots. */
interface Source<View> {
  readonly view: View;
  subscribe(listener: (view: View) => void): () => void;
}

/** A source as a signal, and the function that ends the subscription. */
export function signalOf<View>(
  source: Source<View>,
): [ReadonlySignal<View>, () => void] {
  const view = signal(source.view);
  return [view, source.subscribe((next) => view.value = next)];
}

/** Failures after which the seat may well be there still: the token is worth another try. */
const SEAT_MAY_REMAIN: readonly string[] = [
  "network",
  "bad-response",
  "unavailable",
  "rate-limited",
  "internal",
];

/** Failures of joining that pass by themselves: it is tried again without being told to. */
const PASSES: readonly string[] = ["network", "unavailable"];
/** At least so long it waits before that. */
const MIN_RETRY_MS = 1_000;

/** Whether a call that has failed so is about to be tried again by itself. */
export function isPassing(code: string): boolean {
  return PASSES.includes(code);
}

/**
 * Starts a call. It ends by itself, by `call.leave()`, or with the page; the microphone and the camera are closed when it has ended.
 *
 * @param room The room's id, under which the browser remembers what belongs to it.
 */
export function openCall(room: string, entry: Entry): LiveCall {
  const { name, pin, token, media } = entry;
  const call = new Call({
    room,
    name,
    pin,
    token,
    hostToken: hostToken(room),
    media,
  });
  const [local, ignoreMedia] = signalOf(media);
  const [view] = signalOf(call);
  const trouble = signal<MessageCode | null>(null);
  let { microphone, camera } = entry;
  let attempts = 0;
  let callOff = () => {};
  /** The media stays open: nobody is asked for the microphone once more. */
  const tryAgain = () => {
    const wait = MIN_RETRY_MS + REJOIN(attempts++, Math.random);
    const timer = setTimeout(again, wait);
    globalThis.addEventListener?.("online", again);
    callOff = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.("online", again);
    };
    function again() {
      callOff();
      call.start();
    }
  };

  const ignoreCall = call.subscribe(({ state, me, token }) => {
    if (state.phase === "live" && me !== null && token !== null) {
      trouble.value = null;
      microphone = me.microphoneOn;
      camera = me.cameraOn;
      keepCall(room, { token, name: me.name, microphone, camera });
    } else if (state.phase === "joining") {
      // The seat was given, and the connection is not to be had.
      if (state.retryAt !== undefined) {
        trouble.value = failureCode(new NetworkError("network"));
      }
    } else if (state.phase === "failed" && isPassing(state.error.code)) {
      trouble.value = failureCode(state.error);
      tryAgain();
    } else if (state.phase === "ended" || state.phase === "failed") {
      callOff();
      if (state.phase === "ended" || !seatMayRemain(call.view)) {
        keepCall(room, null);
      }
      // The media may be opened again for the next attempt: this call has no more say in it.
      ignoreCall();
      ignoreMedia();
      if (!isSentBack(state)) media.close();
    }
  });
  // The request for a seat goes out first; the question for the microphone comes up while it is under way.
  call.start();
  media.open(entry);

  return {
    entry,
    call,
    view,
    local,
    trouble,
    again: () => ({
      ...entry,
      microphone,
      camera,
      token: seatMayRemain(call.view) ? call.view.token ?? token : undefined,
    }),
  };
}

/** Whether the lobby is next, to ask for the PIN: its picture stays. */
export function isSentBack(
  state: CallState,
): state is CallState & { phase: "failed" } {
  return state.phase === "failed" &&
    (state.error.code === "pin-required" || state.error.code === "pin-wrong");
}

/** Whether the token of a call that is over can still bring back the same member. */
function seatMayRemain({ state }: CallView): boolean {
  return state.phase === "failed" &&
      SEAT_MAY_REMAIN.includes(state.error.code) ||
    state.phase === "ended" && state.reason === "taken-over";
}
