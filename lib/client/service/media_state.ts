/** What a `MediaService` shows of itself. */
import type { CallView, Participant } from "../call/call_view.ts";
import type { LocalDeviceState } from "../media/local_device.ts";
import type { LocalScreenState } from "../media/local_screen.ts";

/** A `MediaService` at one moment. */
export interface MediaState {
  /** `off`: closed. `muted`: open, but silent. `failed`: it was lost, or could not be opened. */
  readonly microphone: LocalDeviceState["status"];
  /** Likewise; never `muted`. */
  readonly camera: LocalDeviceState["status"];
  /** `opening`: the browser is asking the person what to share. */
  readonly screen: LocalScreenState["status"];
  /** `muted`: nobody is heard. `blocked`: the browser wants a click first; call `MediaService.play` from it. */
  readonly speaker: "on" | "muted" | "blocked";
  /** As of `MediaService.getConnectionState`. */
  readonly connection: RTCPeerConnectionState | null;
  /** How loud the microphone is, from 0 (silent, muted or off) to 100 (loud speech). */
  readonly inputLevel: number;
  /**
   * Of the worst path to anybody, from 0 (not connected) to 100; each peer has its own in `peers`. One that is not measured yet counts as
   * 100. Without any peers: 100 while the server is reached, else 0.
   */
  readonly quality: number;
  /** The others, in the order in which they came. Empty without a room. */
  readonly peers: readonly Participant[];
}

/** The state of a call, as of a connection; null once it is over. */
export function connectionOf(
  { state }: Pick<CallView, "state">,
): RTCPeerConnectionState | null {
  switch (state.phase) {
    case "joining":
      return "connecting";
    case "live":
      return state.signaling === "connected" ? "connected" : "disconnected";
    case "failed":
      return "failed";
    case "ended":
      return null;
  }
}

/** 0 to 100, as `MediaState.quality`. */
export function qualityOf(view: CallView): number {
  const scores = view.participants.map(({ connection, quality }) =>
    connection === "connected" ? quality?.score ?? 100 : 0
  );
  const ofServer = connectionOf(view) === "connected" ? 100 : 0;
  return scores.length > 0 ? Math.min(...scores) : ofServer;
}
