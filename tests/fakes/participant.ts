import type { Participant } from "@/lib/client/call/call_view.ts";

/** Somebody else who is here, with the microphone on. */
export function fakeParticipant(
  memberId: string,
  part: Partial<Participant> = {},
): Participant {
  return {
    memberId,
    name: memberId,
    role: "speaker",
    isLocal: false,
    presence: "here",
    connection: "connected",
    microphoneOn: true,
    cameraOn: false,
    screenOn: false,
    handRaised: false,
    audio: null,
    video: null,
    screen: null,
    screenAudio: null,
    quality: null,
    videoPaused: false,
    screenPaused: false,
    ...part,
  };
}
