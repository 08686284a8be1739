import {
  type MediaName,
  type MediaTracks,
  NO_TRACKS,
} from "@/lib/client/mesh/negotiation.ts";
import { Peer, type PeerOptions } from "@/lib/client/mesh/peer.ts";
import type { PeerSignal } from "@/lib/client/mesh/peer_signal.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeMediaStream, fakeTrack } from "../../fakes/media.ts";
import { peerConnections } from "../../fakes/peer_connection.ts";
import { PeerNetwork } from "../../fakes/peer_network.ts";
import { seededRandom } from "../../fakes/random.ts";

/** A track for every transceiver. */
export const ALL = (): MediaTracks => ({
  microphone: fakeTrack("audio"),
  camera: fakeTrack("video"),
  screen: fakeTrack("video"),
  screenAudio: fakeTrack("audio"),
});

/** Two ends of a pair. Signals take 10 ms and arrive in order, once they flow. `a` is polite. */
export function peerRig(
  seed = 1,
  document: PeerOptions["platform"]["document"] = null,
) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const network = new PeerNetwork(clock, random);
  const ends = new Map<string, Peer>();
  const log: string[] = [];
  let signalsFlow = true;
  let held: (() => void)[] = [];
  const end = (
    name: "a" | "b",
    options: {
      offer: boolean;
      tracks?: MediaTracks;
      accepted?: ReadonlySet<MediaName>;
    },
  ) => {
    const other = name === "a" ? "b" : "a";
    const peer: Peer = new Peer({
      ...options,
      polite: name === "a",
      tracks: options.tracks ?? NO_TRACKS,
      configuration: { iceServers: [] },
      platform: {
        RTCPeerConnection: peerConnections(network),
        MediaStream: FakeMediaStream,
        clock,
        random,
        document,
      },
      signal(signal: PeerSignal) {
        log.push(
          "description" in signal
            ? `${name} ${signal.description.type} ${signal.connection}`
            : `${name} candidates ${signal.connection}`,
        );
        const data = JSON.parse(JSON.stringify(signal));
        const send = () => {
          clock.after(10, () => ends.get(other)?.receive(data));
        };
        if (signalsFlow) send();
        else held.push(send);
      },
      onChange: () => {},
    });
    ends.set(name, peer);
    peer.setReachable(true);
    return peer;
  };
  const setFlow = (flows: boolean) => {
    signalsFlow = flows;
    if (flows) held.forEach((send) => send());
    held = [];
    for (const peer of ends.values()) peer.setReachable(flows);
  };
  return { clock, network, log, end, ends, setFlow };
}

/** The connections whose two ends reach each other. */
export function connected(network: PeerNetwork) {
  return network.connections.filter((connection) =>
    connection.connectionState === "connected"
  );
}

/** All ends have new addresses: the path that was negotiated stays dead. */
export function loseAddresses(network: PeerNetwork): void {
  for (const connection of network.connections) {
    connection.ice.loseAddresses();
  }
}

/** The lines of a log that tell of offers and answers. */
export function descriptions(log: string[]): string[] {
  return log.filter((line) => !line.includes("candidates"));
}
