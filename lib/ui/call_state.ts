/** A call and everything that belongs to it, as signals. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Call } from "@/lib/client/call/call.ts";
import type { CallState, CallView } from "@/lib/client/call/call_view.ts";
import { NetworkError } from "@/lib/client/errors.ts";
import type { Activity, ActivityView } from "@/lib/client/media/activity.ts";
import type {
  LocalMedia,
  LocalMediaView,
} from "@/lib/client/media/local_media.ts";
import {
  appendAudio,
  type Playback,
  type PlaybackView,
} from "@/lib/client/media/playback.ts";
import { isPassing } from "@/lib/client/service/joining_again.ts";
import { MediaService } from "@/lib/client/service/media_service.ts";
import { calmly } from "@/lib/ui/calm.ts";
import type { HeadStart } from "@/lib/ui/head_start.ts";
import { failureCode, type MessageCode } from "@/lib/ui/messages.ts";
import { signalOf } from "@/lib/ui/signal_of.ts";
import {
  hostToken,
  keepCall,
  keepHostToken,
  keepSound,
  keptSound,
} from "@/lib/ui/storage.ts";

/** How somebody wants to be in a call. */
export interface Entry {
  name: string;
  pin?: string;
  /** Of an earlier life of this page, or of a call that is to be continued here. */
  token?: string;
  microphone: boolean;
  camera: boolean;
  /** Where the page has begun to connect already. */
  headStart?: HeadStart;
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
  /** For what people hear. */
  playback: Playback;
  playbackView: ReadonlySignal<PlaybackView>;
  /** Who is speaking, and how loudly. */
  activity: Activity;
  activityView: ReadonlySignal<ActivityView>;
  /** Why joining takes longer: it is tried on and on. Null while all is well. */
  trouble: ReadonlySignal<MessageCode | null>;
  /** How to enter again what has ended or failed: with the microphone and camera as they were last. */
  again(): Entry;
}

/** Failures after which the seat may well be there still: the token is worth another try. */
const SEAT_MAY_REMAIN: readonly string[] = [
  "network",
  "bad-response",
  "unavailable",
  "rate-limited",
  "internal",
];

/**
 * Starts a call. It ends by itself, by `call.leave()`, or with the page; the microphone and the camera are closed when it has ended.
 *
 * @param room The room's id, under which the browser remembers what belongs to it.
 */
export function openCall(room: string, entry: Entry): LiveCall {
  const { name, pin, token, headStart, media } = entry;
  const service = new MediaService({
    ...keptSound(),
    media,
    platform: headStart?.platform,
    createElement: () => appendAudio(headStart?.takeSound() ?? undefined),
  });
  // The request for a seat goes out first; the question for the microphone comes up while it is under way.
  let host = hostToken(room) ?? null;
  service.joinRoom(room, { name, pin, token, hostToken: host ?? undefined })
    .catch(() => {}); // The view tells how it goes.
  media.open(entry);

  const { call, playback, activity } = service;
  const [local, ignoreMedia] = signalOf(media);
  const [view] = signalOf(calmly(call));
  const [playbackView] = signalOf(playback);
  const [activityView] = signalOf(activity);
  playback.subscribe(keepSound);
  const trouble = signal<MessageCode | null>(null);
  let { microphone, camera } = entry;

  const ignoreCall = call.subscribe((view) => {
    const { state, me, token } = view;
    if (view.hostToken !== host) keepHostToken(room, host = view.hostToken);
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
    } else if (state.phase === "ended" || state.phase === "failed") {
      if (state.phase === "ended" || !seatMayRemain(call.view)) {
        keepCall(room, null);
      }
      // The media may be opened again for the next attempt: this call has no more say in it.
      ignoreCall();
      ignoreMedia();
      service.close();
      headStart?.close();
      if (!isSentBack(state)) media.close();
    }
  });
  return {
    entry,
    call,
    view,
    local,
    playback,
    playbackView,
    activity,
    activityView,
    trouble,
    again: () => ({
      ...entry,
      headStart: undefined,
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
