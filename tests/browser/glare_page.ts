/** Runs in a page: two Peers with real peer connections, over a channel in the page that loses, doubles and delays. See glare_test.ts. */
import { MEDIA } from "@/lib/client/mesh/negotiation.ts";
import { delay, SYSTEM_CLOCK as clock } from "@/lib/protocol/clock.ts";
import { type End, pairOfEnds } from "../fakes/pair_of_ends.ts";
import { between, seededRandom } from "../fakes/random.ts";

const STEPS = 15;
/** Calm for so long, the two have converged. */
const CALM_MS = 600;
const TIMEOUT_MS = 45_000;

type RealEnd = End<RTCPeerConnection>;

function begun(seed: number, random: () => number): RealEnd[] {
  const { ends, begin } = pairOfEnds<RTCPeerConnection>({
    platform: { RTCPeerConnection, MediaStream, document: null, clock, random },
    configuration: { iceServers: [], bundlePolicy: "max-bundle" },
    faults: {
      lost: random() * 0.2,
      doubled: random() * 0.3,
      delay: random() * 100,
    },
    isLost: () => false,
  });
  begin(0, seed % 4 !== 1);
  begin(1, seed % 4 !== 2);
  return ends;
}

type Sources = Record<"audio" | "video", MediaStreamTrack>;

/** Tracks that cost next to nothing. */
function openSources(context: AudioContext): Sources {
  const [audio] = context.createMediaStreamDestination().stream.getTracks();
  const canvas = document.createElement("canvas");
  canvas.getContext("2d");
  return { audio, video: canvas.captureStream(0).getTracks()[0] };
}

function act(end: RealEnd, random: () => number, sources: Sources): void {
  const { peer, tracks } = end;
  const { name, kind } = MEDIA[between(random, 0, MEDIA.length - 1)];
  const connection = end.connections.at(-1)!;
  const transceivers = connection.getTransceivers();
  const dice = random();
  if (dice < 0.2) {
    peer.setTrack(name, tracks[name] = sources[kind].clone());
  } else if (dice < 0.35) {
    peer.setTrack(name, tracks[name] = null);
  } else if (dice < 0.55) {
    const names = MEDIA.map(({ name }) => name).filter(() => random() < 0.5);
    peer.setAccepted(end.accepted = new Set(names));
  } else if (dice < 0.75) {
    if (connection.signalingState !== "closed") connection.restartIce();
  } else if (dice < 0.85) {
    // As a newer page would: new transceivers go to the end.
    const isOpen = connection.signalingState !== "closed";
    if (isOpen && transceivers.length >= MEDIA.length) {
      connection.addTransceiver(kind);
    }
  } else if (dice < 0.93) {
    // In Chromium one that was stopped before it was negotiated wants negotiation for ever; nobody does that to ours.
    const extra = transceivers[MEDIA.length];
    if (extra?.currentDirection) extra.stop();
  } else peer.rebuild();
}

const REVERSED: Record<string, string> = {
  sendonly: "recvonly",
  recvonly: "sendonly",
};

/** What is not yet, or not, as it has to be in the end; empty: they have converged. */
function differences(ends: RealEnd[]): string[] {
  const found: string[] = [];
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) found.push(what);
  };
  const open = ends.map(({ connections }) =>
    connections.filter(({ signalingState }) => signalingState !== "closed")
  );
  expect(open.every(({ length }) => length === 1), "connections are left over");
  const [a, b] = open.map((connections) => connections.at(-1)!);
  for (const [i, { peer }] of ends.entries()) {
    expect(peer.state === "connected", `${i} is ${peer.state}`);
  }
  for (const [i, { signalingState }] of [a, b].entries()) {
    expect(signalingState === "stable", `${i} has ${signalingState}`);
  }
  expect(ends[0].connection === ends[1].connection, "connection numbers");
  const lines = [a, b].map((one) =>
    one.currentLocalDescription?.sdp.match(/^a=mid:.*$/gm)?.join() ?? "none"
  );
  expect(lines[0] === lines[1], `m-lines: ${lines.join(" and ")}`);
  const ufrag = (of: RTCSessionDescription | null) =>
    /^a=ice-ufrag:.*$/m.exec(of?.sdp ?? "")?.[0];
  expect(
    ufrag(a.currentLocalDescription) === ufrag(b.currentRemoteDescription) &&
      ufrag(b.currentLocalDescription) === ufrag(a.currentRemoteDescription),
    "ICE credentials",
  );
  // Of a transceiver that was stopped Firefox keeps a shell now and then, without an m-line.
  const byMid = (one: RTCPeerConnection) =>
    new Map(
      one.getTransceivers()
        .filter(({ mid, currentDirection }) =>
          mid !== null || currentDirection !== "stopped"
        )
        .map(({ mid, currentDirection }) => [mid, currentDirection ?? ""]),
    );
  const [mine, theirs] = [byMid(a), byMid(b)];
  expect(mine.size === theirs.size, "transceivers");
  for (const [mid, direction] of mine) {
    const reversed = REVERSED[direction] ?? direction;
    expect(theirs.get(mid) === reversed, `direction of ${mid}`);
  }
  for (const [me, end] of ends.entries()) {
    const transceivers = [a, b][me].getTransceivers();
    for (const [i, { name }] of MEDIA.entries()) {
      const { sender, currentDirection } = transceivers[i] ?? {};
      expect(sender?.track === end.tracks[name], `${me}'s ${name}`);
      const sends = currentDirection?.startsWith("send") ?? false;
      expect(
        sends === ends[1 - me].accepted.has(name),
        `what ${me} sends: ${name}`,
      );
    }
  }
  return found;
}

/** One random schedule. Gives what was wrong in the end: nothing, or how the two differ. */
async function schedule(seed: number, sources: Sources): Promise<string[]> {
  const random = seededRandom(seed);
  const ends = begun(seed, random);
  for (let step = 0; step < STEPS; step++) {
    act(ends[between(random, 0, 1)], random, sources);
    if (random() < 0.8) await delay(clock, random() * 250);
  }
  const until = clock.monotonic() + TIMEOUT_MS;
  let calmSince = Infinity;
  let found = differences(ends);
  while (clock.monotonic() < until && !isCalm()) {
    await delay(clock, 100);
    found = differences(ends);
    if (found.length > 0) calmSince = Infinity;
    else calmSince = Math.min(calmSince, clock.monotonic());
  }
  for (const { peer, pair, tracks } of ends) {
    peer.close();
    pair.close();
    for (const track of Object.values(tracks)) track?.stop();
  }
  return found;

  function isCalm(): boolean {
    return clock.monotonic() - calmSince > CALM_MS;
  }
}

/** The schedules of the seeds from 1 to `count`, so many at a time. By seed: what was wrong in the end. */
async function schedules(
  count: number,
  atATime: number,
): Promise<Record<number, string[]>> {
  const context = new AudioContext();
  const sources = openSources(context);
  const wrong: Record<number, string[]> = {};
  let last = 0;
  await Promise.all(Array.from({ length: atATime }, async () => {
    while (last < count) {
      const seed = ++last;
      const found = await schedule(seed, sources);
      if (found.length > 0) wrong[seed] = found;
    }
  }));
  for (const track of Object.values(sources)) track.stop();
  await context.close();
  return wrong;
}

Object.assign(globalThis, { schedules });
