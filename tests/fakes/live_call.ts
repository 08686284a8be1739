/** A call as the page sees it, that stands still. */
import { signal } from "@preact/signals";
import type { CallView } from "@/lib/client/call/call_view.ts";
import type { ActivityView } from "@/lib/client/media/activity.ts";
import type { LocalMediaView } from "@/lib/client/media/local_media.ts";
import type { PlaybackView } from "@/lib/client/media/playback.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { fakeParticipant } from "./participant.ts";

/** What each of its views shows, where it differs from a quiet call of one. `asked` collects what is done with it. */
export interface FakeLiveCallOptions {
  view?: Partial<CallView>;
  local?: Partial<LocalMediaView>;
  playback?: Partial<PlaybackView>;
  activity?: Partial<ActivityView>;
  /** What the room allows. */
  media?: Partial<NonNullable<CallView["room"]>["media"]>;
  asked?: unknown[][];
}

export function fakeLiveCall(options: FakeLiveCallOptions = {}): LiveCall {
  const { asked = [] } = options;
  const recorder = new Proxy({}, {
    get: (_, name) => (...args: unknown[]) => void asked.push([name, ...args]),
  });
  const media = {
    audio: true,
    video: true,
    screen: true,
    chat: true,
    ...options.media,
  };
  const off = { status: "off" };
  return {
    call: recorder,
    playback: recorder,
    view: signal({
      state: { phase: "live", signaling: "connected" },
      room: { media },
      me: fakeParticipant("me", { isLocal: true }),
      participants: [],
      messages: [],
      stopped: [],
      ...options.view,
    }),
    local: signal({
      microphone: { status: "on" },
      camera: off,
      screen: off,
      screenSupported: true,
      screenVideo: null,
      microphoneNotice: null,
      cameraNotice: null,
      ...options.local,
    }),
    playbackView: signal({
      deafened: false,
      blocked: false,
      masterVolume: 100,
      speakerMissing: false,
      speakerRefusal: null,
      speakerInUse: "",
      people: new Map(),
      ...options.playback,
    }),
    activityView: signal({
      speaking: new Set(),
      activeSpeaker: null,
      talkingWhileMuted: false,
      silentMicrophone: false,
      ...options.activity,
    }),
  } as unknown as LiveCall;
}
