/** The two ends of one pair, each a Peer as pages have it: signals are numbered, acknowledged and sent again, over a wire with faults. */
import {
  MEDIA,
  type MediaName,
  type MediaTracks,
  NO_TRACKS,
} from "@/lib/client/mesh/negotiation.ts";
import { Peer, type PeerOptions } from "@/lib/client/mesh/peer.ts";
import { Pair } from "@/lib/client/session/pair.ts";
import { type Faults, LossyWire } from "./lossy_wire.ts";

/** In place of signals that were lost for good: those beyond what a sender retains. */
const GAP = "gap";

export interface End<Connection> {
  peer: Peer;
  pair: Pair;
  /** What it should send. */
  tracks: MediaTracks;
  accepted: ReadonlySet<MediaName>;
  /** The number of the newest connection that it has signalled about. */
  connection: number;
  /** Every one that it ever made. */
  connections: Connection[];
}

export interface Surroundings {
  platform: PeerOptions["platform"];
  configuration: RTCConfiguration;
  faults: Faults;
  /** Whether the next signal is lost for good. */
  isLost(): boolean;
}

/** Nobody is there until `begin` is called, for 0 (the polite end) and for 1. */
export function pairOfEnds<Connection>(
  { platform, configuration, faults, isLost }: Surroundings,
) {
  const { clock, random, RTCPeerConnection } = platform;
  const wire = new LossyWire<() => void>(
    clock,
    random,
    faults,
    (arrive) => arrive(),
  );
  const ends: End<Connection>[] = [];
  const begin = (me: number, offer: boolean): void => {
    const pair = new Pair({
      memberId: `${1 - me}`,
      incarnation: 1,
      clock,
      send: (message) =>
        wire.put(() => {
          const other = ends[1 - me]?.pair;
          if (message.type === "ack") other?.acknowledge(message.id);
          if (message.type === "signal") other?.receive(message);
        }),
      deliver: (data) =>
        data === GAP ? end.peer.rebuild() : end.peer.receive(data),
      onGap() {},
      onDirect() {},
      onStall() {},
    });
    pair.open();
    const connections: Connection[] = [];
    const tracks = { ...NO_TRACKS };
    const peer = new Peer({
      polite: me === 0,
      offer,
      configuration,
      platform: {
        ...platform,
        RTCPeerConnection: class extends RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration);
            connections.push(this as unknown as Connection);
          }
        },
      },
      tracks,
      signal(signal) {
        end.connection = signal.connection;
        pair.send(isLost() ? GAP : JSON.parse(JSON.stringify(signal)));
      },
      onChange() {},
    });
    const accepted = new Set(MEDIA.map(({ name }) => name));
    const end = { peer, pair, tracks, accepted, connection: 0, connections };
    ends[me] = end;
    peer.setReachable(true);
  };
  return { ends, begin, wire };
}
