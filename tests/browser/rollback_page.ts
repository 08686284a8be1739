/** Runs in a page: an offer that would begin to send a picture meets another one and is taken back. See glare_test.ts. */
import { ALL_MEDIA, NO_TRACKS } from "@/lib/client/mesh/negotiation.ts";
import { Peer, type PeerOptions } from "@/lib/client/mesh/peer.ts";
import type { PeerSignal } from "@/lib/client/mesh/peer_signal.ts";
import { delay, SYSTEM_CLOCK as clock } from "@/lib/protocol/clock.ts";

/** What the two ends signal is taken to the other side, but for a while. */
function openPair() {
  const held: [from: number, signal: PeerSignal][] = [];
  let holds = false;
  const deliver = (from: number, signal: PeerSignal) =>
    setTimeout(() => ends[1 - from].receive(signal));
  const end = (me: number, options: Partial<PeerOptions>): Peer =>
    new Peer({
      polite: me === 0,
      offer: me === 1,
      configuration: { iceServers: [], bundlePolicy: "max-bundle" },
      platform: {
        RTCPeerConnection,
        MediaStream,
        document: null,
        clock,
        random: Math.random,
      },
      tracks: NO_TRACKS,
      signal: (signal) =>
        holds ? void held.push([me, signal]) : deliver(me, signal),
      onChange() {},
      ...options,
    });
  const ends = [end(0, {}), end(1, { accepted: new Set() })];
  for (const peer of ends) peer.setReachable(true);
  return {
    ends,
    hold: () => holds = true,
    /** Whether that end has described itself anew since `hold`. */
    hasDescribed: (me: number) =>
      held.some(([from, signal]) => from === me && "description" in signal),
    letGo() {
      holds = false;
      for (const [from, signal] of held.splice(0)) deliver(from, signal);
    },
  };
}

/** A camera that shows something new all the time. */
function openCamera(): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d")!;
  let hue = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${hue += 20} 90% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 40);
  return canvas.captureStream(25).getTracks()[0];
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(clock, 0);
}

/** The camera is switched on before the offers meet, or off and on while the answer is made. Resolves when the other end sees it. */
async function takenBack(when: "before" | "meanwhile"): Promise<void> {
  const camera = openCamera();
  const { ends: [polite, other], hold, hasDescribed, letGo } = openPair();
  await until(() => polite.state === "connected");
  if (when === "before") polite.setTrack("camera", camera);
  hold();
  polite.setAccepted(new Set(["microphone"]));
  other.setAccepted(ALL_MEDIA);
  await until(() => hasDescribed(0) && hasDescribed(1));
  letGo();
  hold();
  for (let i = 0; when === "meanwhile" && !hasDescribed(0); i++) {
    polite.setTrack("camera", i % 2 ? null : camera);
    await delay(clock, 0);
  }
  polite.setTrack("camera", camera);
  await until(() => hasDescribed(0));
  letGo();
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = other.video;
  await video.play();
  await until(() => video.videoWidth > 0);
  for (const peer of [polite, other]) peer.close();
}

Object.assign(globalThis, { takenBack });
