import { assert, assertEquals } from "@std/assert";
import type { IceAnswer } from "@/lib/client/api.ts";
import { Chat } from "@/lib/client/chat/chat.ts";
import type { Shown } from "@/lib/client/mesh/bitrate_policy.ts";
import { Mesh } from "@/lib/client/mesh/mesh.ts";
import { MEDIA } from "@/lib/client/mesh/negotiation.ts";
import { browserPlatform } from "@/lib/client/platform.ts";
import { Session } from "@/lib/client/session/session.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeMediaStream, fakeTrack } from "../../fakes/media.ts";
import { peerConnections } from "../../fakes/peer_connection.ts";
import { PeerNetwork } from "../../fakes/peer_network.ts";
import { seededRandom } from "../../fakes/random.ts";
import { FakeServer, ROOM } from "../../fakes/signaling_server.ts";

/** A room of pages: a whole mesh each, over one server and one network. */
export function meshRig(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const server = new FakeServer(clock, random);
  const network = new PeerNetwork(clock, random);
  const platform = browserPlatform({
    RTCPeerConnection: peerConnections(network),
    MediaStream: FakeMediaStream,
    clock,
    random,
  });
  const ice = {
    answer: { iceServers: [] } as IceAnswer,
    fetch: (): Promise<IceAnswer> => Promise.resolve(ice.answer),
  };
  const page = (memberId: string) => {
    const session = new Session({
      token: memberId,
      memberId,
      peers: server.peersFor(memberId),
      openTransport: server.openTransport,
      clock,
      random,
    });
    const chat = new Chat({
      clock,
      random,
      isReturning: false,
      onChange: () => {},
    });
    const tracks = {
      microphone: fakeTrack("audio"),
      camera: fakeTrack("video"),
      screen: fakeTrack("video"),
      screenAudio: fakeTrack("audio"),
    };
    const shown = new Map<string, Shown>();
    const mesh = new Mesh({
      session,
      memberId,
      role: server.roles.get(memberId) ?? "speaker",
      media: ROOM.media,
      ice: ice.answer,
      fetchIce: () => ice.fetch(),
      platform,
      tracks,
      shown,
      onChange: () => {},
    });
    chat.enter(memberId, session, []);
    session.start();
    return {
      memberId,
      session,
      mesh,
      chat,
      tracks,
      shown,
      say: (text: string) => chat.send(text, memberId),
      heard: (from: string) =>
        chat.messages.flatMap((m) => m.memberId === from ? [m.text] : []),
      close() {
        mesh.close();
        session.close();
        chat.close();
      },
    };
  };
  return { clock, random, server, network, ice, page };
}

export type Page = ReturnType<ReturnType<typeof meshRig>["page"]>;

/** Both ends of every pair are connected, to each other, through exactly the fixed transceivers, and send what they should. */
export function assertWhole(
  pages: Page[],
  network: PeerNetwork,
  what: string,
): void {
  const states = pages.flatMap(({ mesh }) =>
    [...mesh.peers.values()].map(({ state }) => state)
  );
  const ends = pages.length * (pages.length - 1);
  assertEquals(states, Array(ends).fill("connected"), what);
  const open = network.connections.filter((c) => c.signalingState !== "closed");
  assertEquals(open.length, ends, `${what}: connections are left over`);
  for (const connection of open) {
    const other = network.find(connection.ice.remote);
    assert(other && open.includes(other), `${what}: an end without the other`);
    assertEquals(connection.getTransceivers().length, MEDIA.length, what);
    assertEquals(connection.signalingState, "stable", what);
  }
  const sent = new Set(
    open.flatMap((c) => c.getTransceivers().map((t) => t.sender.track)),
  );
  const given = new Set(
    pages.flatMap(({ tracks }) => Object.values(tracks)),
  );
  assertEquals(sent as unknown, given, `${what}: the wrong tracks are sent`);
}

/** Made by everyone together. */
export function offersOf(network: PeerNetwork): number {
  return network.connections.reduce((sum, { offers }) => sum + offers, 0);
}
