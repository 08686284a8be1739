/** The people in a call as its view shows them. */
import type { PeerInfo } from "../../protocol/messages.ts";
import type { Participant } from "./call_view.ts";
import type { LocalMediaView } from "../media/local_media.ts";
import type { Peer } from "../mesh/peer.ts";

/** Someone else. */
export function remoteParticipant(
  info: PeerInfo,
  peer: Peer | undefined,
): Participant {
  const cameraOn = info.tracks.video ?? false;
  const screenOn = info.tracks.screen ?? false;
  return {
    memberId: info.memberId,
    name: info.name,
    role: info.role,
    isLocal: false,
    presence: info.state,
    connection: peer?.state ?? "connecting",
    microphoneOn: info.tracks.audio ?? false,
    cameraOn,
    screenOn,
    handRaised: info.presence.handRaised ?? false,
    audio: peer?.audio ?? null,
    video: cameraOn ? peer?.video ?? null : null,
    screen: screenOn ? peer?.screen ?? null : null,
    screenAudio: screenOn ? peer?.screenAudio ?? null : null,
    videoPaused: cameraOn && (peer?.paused.camera ?? false),
    screenPaused: screenOn && (peer?.paused.screen ?? false),
    quality: peer?.quality ?? null,
  };
}

/** This person. */
export function localParticipant(
  who: Pick<Participant, "memberId" | "name" | "role" | "handRaised">,
  isConnected: boolean,
  media: LocalMediaView,
): Participant {
  return {
    ...who,
    isLocal: true,
    presence: isConnected ? "here" : "away",
    connection: "connected",
    microphoneOn: media.microphone.status === "on",
    cameraOn: media.camera.status === "on",
    screenOn: media.screen.status === "on",
    audio: null,
    video: media.video,
    screen: media.screenVideo,
    screenAudio: null,
    videoPaused: false,
    screenPaused: false,
    quality: null,
  };
}

/** `before` if nothing has changed, so that the same object stands for the same state. */
export function unlessChanged(
  before: Participant | null | undefined,
  after: Participant,
): Participant {
  if (!before) return after;
  const keys = Object.keys(after) as (keyof Participant)[];
  return keys.every((key) => before[key] === after[key]) ? before : after;
}
