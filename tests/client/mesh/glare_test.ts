import { assert, assertEquals } from "@std/assert";
import { MEDIA } from "@/lib/client/mesh/negotiation.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeMediaStream, fakeTrack } from "../../fakes/media.ts";
import { type End, pairOfEnds } from "../../fakes/pair_of_ends.ts";
import {
  type FakePeerConnection,
  peerConnections,
} from "../../fakes/peer_connection.ts";
import { PeerNetwork } from "../../fakes/peer_network.ts";
import { between, seededRandom } from "../../fakes/random.ts";
import { isSending, reversed } from "../../fakes/sdp.ts";

const SCHEDULES = 1_500;

type FakeEnd = End<FakePeerConnection>;

function rig(seed: number) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const network = new PeerNetwork(clock, random);
  network.work = 1 + random() * 60;
  const gaps = { mayBe: seed % 3 === 0 };
  const pair = pairOfEnds<FakePeerConnection>({
    platform: {
      RTCPeerConnection: peerConnections(network),
      MediaStream: FakeMediaStream,
      document: null,
      clock,
      random,
    },
    configuration: {},
    faults: {
      lost: random() * 0.3,
      doubled: random() * 0.3,
      delay: random() * 300,
    },
    isLost: () => gaps.mayBe && random() < 0.02,
  });
  return { clock, random, network, gaps, ...pair };
}

/** Something that people, networks or newer pages may do. */
function act(end: FakeEnd, random: () => number): void {
  const { peer, tracks } = end;
  const { name, kind } = MEDIA[between(random, 0, MEDIA.length - 1)];
  const connection = end.connections.at(-1)!;
  const dice = random();
  if (dice < 0.2) {
    peer.setTrack(name, tracks[name] = fakeTrack(kind));
  } else if (dice < 0.35) {
    peer.setTrack(name, tracks[name] = null);
  } else if (dice < 0.55) {
    const names = MEDIA.map(({ name }) => name).filter(() => random() < 0.5);
    peer.setAccepted(end.accepted = new Set(names));
  } else if (dice < 0.75) {
    connection.restartIce();
  } else if (dice < 0.85) {
    // As a newer page would: new transceivers go to the end.
    if (connection.getTransceivers().length >= MEDIA.length) {
      connection.addTransceiver(kind);
    }
  } else if (dice < 0.95) {
    connection.getTransceivers()[MEDIA.length]?.stop();
  } else peer.rebuild();
}

/** Both ends have agreed on the same, and it is what both want. */
function assertConverged(ends: FakeEnd[], network: PeerNetwork, seed: number) {
  const what = `seed ${seed}`;
  const [a, b] = ends.map(({ connections }) =>
    connections.filter(({ signalingState }) => signalingState !== "closed")
  ).map((open) => {
    assertEquals(open.length, 1, `${what}: connections are left over`);
    return open[0];
  });
  assertEquals(
    ends.map(({ peer }) => peer.state),
    ["connected", "connected"],
    what,
  );
  assertEquals(ends[0].connection, ends[1].connection, what);
  assert(network.agreedEnd(a) === b, `${what}: not with each other`);
  assertEquals([a.signalingState, b.signalingState], ["stable", "stable"]);
  const lines = [a, b].map((connection) =>
    JSON.parse(connection.currentLocalDescription!.sdp).sections
      .map(({ mid }: { mid: string }) => mid)
  );
  assertEquals(lines[0], lines[1], `${what}: the m-lines`);
  const [mine, theirs] = [a, b].map((one) => one.getTransceivers());
  assertEquals(mine.length, theirs.length, what);
  for (const { mid, currentDirection } of mine) {
    assertEquals(
      reversed(currentDirection!),
      theirs.find((transceiver) => transceiver.mid === mid)?.currentDirection,
      `${what}: directions`,
    );
  }
  const every = network.connections.flatMap((one) => one.getTransceivers());
  const ended = every.some(({ sender }) => sender.lapse === "page ended");
  assert(!ended, `${what}: Chromium 153 would end the page`);
  ends.forEach((end, me) => {
    const transceivers = [mine, theirs][me];
    const other = ends[1 - me];
    MEDIA.forEach(({ name }, i) => {
      const { sender, currentDirection } = transceivers[i];
      assert(sender.track as unknown === end.tracks[name], `${what}: ${name}`);
      const sends = isSending(currentDirection!);
      assertEquals(sends, other.accepted.has(name), `${what}: ${name}`);
      assert(!sends || sender.lapse === null, `${what}: ${name}, forgotten`);
    });
    const { ice } = [a, b][me];
    const got = ice.candidates
      .filter(({ usernameFragment }) => usernameFragment === ice.remote);
    assertEquals(got.length, 2, `${what}: candidates are lost`);
  });
}

async function schedule(seed: number): Promise<void> {
  const { clock, random, network, wire, ends, begin, gaps } = rig(seed);
  const offers = [random() < 0.6, random() < 0.6];
  begin(0, offers[0]);
  if (random() < 0.5) await clock.run(random() * 100);
  begin(1, offers[1]);
  for (let step = 0; step < 25; step++) {
    const dice = random();
    if (dice < 0.04) network.isBlocked = !network.isBlocked;
    else if (dice < 0.1) {
      const isReachable = random() < 0.6;
      for (const { peer, pair } of ends) {
        isReachable ? pair.open() : pair.suspend();
        peer.setReachable(isReachable);
      }
    } else act(ends[between(random, 0, 1)], random);
    // Often in the middle of what the last step has set going.
    if (random() < 0.8) {
      await clock.run(random() * (random() < 0.1 ? 15_000 : 300));
    }
  }
  network.isBlocked = gaps.mayBe = false;
  for (const { peer, pair } of ends) {
    pair.open();
    peer.setReachable(true);
  }
  wire.faults = { lost: 0.1, doubled: 0.1, delay: 50 };
  await clock.run(60_000);
  assertConverged(ends, network, seed);
  const offersOf = () =>
    network.connections.reduce((sum, { offers }) => sum + offers, 0);
  const before = offersOf();
  await clock.run(30_000);
  assertEquals(offersOf(), before, `seed ${seed}: it negotiates on and on`);
  for (const { peer, pair } of ends) {
    peer.close();
    pair.close();
  }
  await clock.run(20_000);
  assertEquals(clock.waiting, 0, `seed ${seed}: timers are left`);
}

Deno.test(`Peer: any ${SCHEDULES} schedules of adding, stopping, restarting, rebuilding and collisions, over a wire that loses, doubles and delays, converge`, async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) await schedule(seed);
});
