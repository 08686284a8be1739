import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type {
  PairEvent,
  SignalingChannel,
} from "@/lib/client/signaling_channel.ts";
import { VOIPError, type VOIPErrorCode } from "@/lib/client/voip_error.ts";
import {
  DEFAULT_ICE_SERVERS,
  VOIPService,
  type VOIPServiceOptions,
} from "@/lib/client/voip_service.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { FakeMediaDevices, FakeMediaStream } from "../fakes/media.ts";
import { peerConnections } from "../fakes/peer_connection.ts";
import { PeerNetwork } from "../fakes/peer_network.ts";
import { seededRandom } from "../fakes/random.ts";

/** An AudioContext that hears as loud a sound as the test says. */
function fakeContext() {
  const sound = { amplitude: 0, sources: 0 };
  const context = {
    createMediaStreamSource: () => {
      sound.sources++;
      return { connect() {}, disconnect: () => sound.sources-- };
    },
    createAnalyser: () => ({
      fftSize: 0,
      getFloatTimeDomainData: (into: Float32Array) =>
        into.fill(sound.amplitude),
    }),
    resume: () => Promise.resolve(),
  } as unknown as AudioContext;
  return { sound, context };
}

/** People with a service each, on one network. */
function rig(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const network = new PeerNetwork(clock, random);
  const person = (options: VOIPServiceOptions = {}) => {
    const devices = new FakeMediaDevices();
    const log: string[] = [];
    const streams: MediaStream[] = [];
    const candidates: RTCIceCandidateInit[] = [];
    const voip = new VOIPService({
      mediaDevices: devices,
      onAudioStream(stream, userId) {
        streams.push(stream);
        log.push(`audio of ${userId}`);
      },
      onIceCandidate: (candidate) => candidates.push(candidate),
      onConnectionStateChange: (state) => log.push(state),
      onError: (error) => log.push(`error ${error.code}`),
      ...options,
      platform: {
        RTCPeerConnection: peerConnections(network),
        MediaStream: FakeMediaStream,
        clock,
        random,
        ...options.platform,
      },
    });
    return { voip, devices, log, streams, candidates };
  };
  /** Waits for what needs time to go by. */
  const after = async <T>(ms: number, promise: Promise<T>): Promise<T> => {
    promise.catch(() => {});
    await clock.run(ms);
    return await promise;
  };
  return { clock, random, network, person, after };
}

async function rejects(promise: Promise<unknown>, code: VOIPErrorCode) {
  const error = await assertRejects(() => promise, VOIPError);
  assertEquals(error.code, code);
  return error;
}

function throws(task: () => void, code: VOIPErrorCode) {
  assertEquals(assertThrows(task, VOIPError).code, code);
}

/** Two in a connection that the test carried by hand, without candidates of their own. */
async function manualPair() {
  const all = rig();
  const { person, after } = all;
  const ann = person();
  const ben = person();
  await ann.voip.enableMicrophone();
  await ann.voip.createConnection("room", "ben");
  await ben.voip.createConnection("room", "ann");
  const offer = await after(100, ann.voip.createOffer());
  await after(100, ben.voip.setRemoteOffer(offer));
  const answer = await after(100, ben.voip.createAnswer());
  await after(100, ann.voip.setRemoteAnswer(answer));
  await all.clock.run(200);
  return { ...all, ann, ben };
}

/** A channel between two that takes 10 ms. `echoes`: as a broadcast that the sender hears as well. */
function channels(clock: VirtualClock, echoes = false) {
  const listeners = new Map<string, Set<(data: unknown) => void>>();
  const sent: unknown[] = [];
  const end = (me: string, other: string): SignalingChannel => {
    const mine = new Set<(data: unknown) => void>();
    listeners.set(me, mine);
    return {
      send(data) {
        const text = JSON.stringify(data);
        sent.push(data);
        clock.after(10, () => {
          for (const to of echoes ? [me, other] : [other]) {
            for (const listener of listeners.get(to) ?? []) {
              listener(JSON.parse(text));
            }
          }
        });
      },
      subscribe(listener) {
        mine.add(listener);
        return () => mine.delete(listener);
      },
    };
  };
  const inject = (to: string, data: unknown) => {
    for (const listener of listeners.get(to) ?? []) listener(data);
  };
  const subscribed = () =>
    [...listeners.values()].reduce((sum, { size }) => sum + size, 0);
  return { a: end("a", "b"), b: end("b", "a"), sent, inject, subscribed };
}

/** Two that negotiate by themselves. */
async function signaledPair(echoes = false) {
  const all = rig();
  const wire = channels(all.clock, echoes);
  const ann = all.person({ signaling: wire.a });
  const ben = all.person({ signaling: wire.b });
  await ann.voip.enableMicrophone();
  await ann.voip.createConnection("room", "ben");
  await all.clock.run(1_000); // Nobody hears her first hello.
  await ben.voip.createConnection("room", "ann");
  await all.clock.run(500);
  return { ...all, wire, ann, ben };
}

Deno.test("VOIPService begins with everything off", () => {
  const { voip } = rig().person();
  assertEquals(voip.getState(), {
    microphone: "off",
    speaker: "on",
    connection: null,
    inputLevel: 0,
    quality: 0,
  });
  assertEquals(voip.getConnectionState(), null);
});

Deno.test("VOIPService refuses encryption of its own: nobody is to believe to have it", () => {
  throws(
    () => rig().person({ enableAppLayerEncryption: true }),
    "encryption-unsupported",
  );
  rig().person({ enableAppLayerEncryption: false, encryptionToken: "t" });
});

Deno.test("VOIPService opens the microphone as asked, mutes it and closes it", async () => {
  const { voip, devices } = rig().person({
    audioConstraints: { echoCancellation: false },
  });
  throws(() => voip.setMicrophoneMuted(true), "microphone-off");
  const stream = await voip.enableMicrophone();
  assertEquals(stream.getAudioTracks().length, 1);
  assertEquals(devices.asked, [{
    audio: {
      echoCancellation: false,
      noiseSuppression: true,
      autoGainControl: true,
    },
  }]);
  const [track] = devices.tracks;
  voip.setMicrophoneMuted(true);
  assertEquals([voip.getState().microphone, track.enabled], ["muted", false]);
  voip.setMicrophoneMuted(false);
  assertEquals([voip.getState().microphone, track.enabled], ["on", true]);
  voip.setMicrophoneMuted(true);
  assert(await voip.enableMicrophone() === stream);
  assertEquals(voip.getState().microphone, "on");
  voip.disableMicrophone();
  assertEquals([voip.getState().microphone, devices.open], ["off", 0]);
});

Deno.test("VOIPService tells why a microphone could not be opened", async () => {
  const failures: [string, VOIPErrorCode][] = [
    ["NotAllowedError", "permission-denied"],
    ["NotFoundError", "no-device"],
    ["NotReadableError", "device-busy"],
    ["UnknownError", "microphone-failed"],
  ];
  for (const [name, code] of failures) {
    const { voip, devices, log } = rig().person();
    devices.failure.audio = name;
    await rejects(voip.enableMicrophone(), code);
    assertEquals(voip.getState().microphone, "failed");
    assertEquals(log, [], "it was thrown: it is not told a second time");
    devices.failure = {};
    await voip.enableMicrophone();
    assertEquals(voip.getState().microphone, "on");
  }
});

Deno.test("VOIPService: a microphone that is disabled while it opens is closed when it comes", async () => {
  const { clock, person } = rig();
  const { voip, devices } = person();
  devices.hold();
  const opening = voip.enableMicrophone();
  opening.catch(() => {});
  await clock.run(1);
  assertEquals(voip.getState().microphone, "opening");
  throws(() => voip.setMicrophoneMuted(true), "microphone-off");
  voip.disableMicrophone();
  devices.release();
  await rejects(opening, "cancelled");
  assertEquals(devices.open, 0);
});

Deno.test("VOIPService takes another microphone when one is pulled out, and tells when there is none", async () => {
  const { clock, network, ann } = await manualPair();
  ann.log.length = 0;
  ann.devices.tracks[0].end();
  await clock.run(10);
  assertEquals(ann.voip.getState().microphone, "on");
  const [sender] = network.connections[0].getTransceivers();
  assert(sender.sender.track === ann.devices.tracks[1]);
  ann.devices.failure.audio = "NotFoundError";
  ann.devices.tracks[1].end();
  await clock.run(10);
  assertEquals(ann.voip.getState().microphone, "failed");
  assertEquals(ann.log, ["error no-device"]);
  assertEquals(sender.sender.track, null);
});

Deno.test("VOIPService measures the microphone from 0 to 100", async () => {
  const { sound, context } = fakeContext();
  const { voip } = rig().person({ audioContext: context });
  await voip.enableMicrophone();
  assertEquals(voip.getState().inputLevel, 0);
  sound.amplitude = 0.05;
  const { inputLevel } = voip.getState();
  assert(inputLevel > 0 && inputLevel < 100, `${inputLevel}`);
  sound.amplitude = 1;
  assertEquals(voip.getState().inputLevel, 100);
  voip.disableMicrophone();
  assertEquals([voip.getState().inputLevel, sound.sources], [0, 0]);
});

Deno.test("VOIPService connects two by one offer and one answer carried by hand", async () => {
  const { network, ann, ben } = await manualPair();
  assertEquals(ann.log, ["connecting", "connected", "audio of ben"]);
  assertEquals(ben.log, ["connecting", "connected", "audio of ann"]);
  for (const { voip } of [ann, ben]) {
    assertEquals(voip.getConnectionState(), "connected");
    assertEquals(voip.getState().quality, 100);
  }
  const sent = network.connections.map((connection) =>
    connection.getTransceivers().map(({ sender }) => sender.track)
  );
  assertEquals(sent, [[ann.devices.tracks[0]], [null]]);
  await ben.voip.enableMicrophone();
  const [transceiver] = network.connections[1].getTransceivers();
  assertEquals(transceiver.agreed, "sendrecv");
  assert(transceiver.sender.track === ben.devices.tracks[0]);
  assertEquals(
    network.connections[0].configuration.iceServers,
    [...DEFAULT_ICE_SERVERS],
  );
});

Deno.test("VOIPService waits 2 s for candidates, and not longer", async () => {
  const { clock, network, person } = rig();
  const { voip } = person();
  network.finds = false;
  await voip.createConnection("room", "ben");
  let offer: RTCSessionDescriptionInit | null = null;
  voip.createOffer().then((made) => offer = made);
  await clock.run(1_990);
  assertEquals(offer, null);
  await clock.run(30);
  assertEquals(offer!.type, "offer");
});

Deno.test("VOIPService: closed while it waits for candidates, it is done with at once", async () => {
  const { clock, network, person } = rig();
  const { voip } = person();
  network.finds = false;
  await voip.createConnection("room", "ben");
  const offering = voip.createOffer();
  offering.catch(() => {});
  await clock.run(500);
  voip.closeConnection();
  await rejects(offering, "cancelled");
  assertEquals(clock.waiting, 0);
});

Deno.test("VOIPService connects with candidates that come one by one, even before their description", async () => {
  const { clock, network, person, after } = rig();
  const [ann, ben] = [person(), person()];
  await ann.voip.createConnection("room", "ben");
  await ben.voip.createConnection("room", "ann");
  const offer = await after(100, ann.voip.createOffer());
  assertEquals(ann.candidates.length, 2);
  const bare = { ...JSON.parse(offer.sdp!), candidates: undefined };
  for (const candidate of ann.candidates) {
    await ben.voip.addIceCandidate(candidate);
  }
  network.finds = false;
  await after(
    100,
    ben.voip.setRemoteOffer({ type: "offer", sdp: JSON.stringify(bare) }),
  );
  const answer = await after(2_100, ben.voip.createAnswer());
  await after(100, ann.voip.setRemoteAnswer(answer));
  assertEquals(network.connections[1].candidates.length, 2);
  await clock.run(100);
  assertEquals(ann.voip.getConnectionState(), "connected");
});

Deno.test("VOIPService refuses what comes in the wrong state, and goes on", async () => {
  const { person, after } = rig();
  const [ann, ben] = [person(), person()];
  const some = { type: "offer", sdp: "" } as const;
  await rejects(ann.voip.createOffer(), "no-connection");
  await rejects(ann.voip.setRemoteOffer(some), "no-connection");
  await rejects(ann.voip.addIceCandidate({}), "no-connection");
  await rejects(ann.voip.createConnection("", "ben"), "invalid-argument");
  await rejects(ann.voip.createConnection("room", ""), "invalid-argument");
  await ann.voip.createConnection("room", "ben");
  await ben.voip.createConnection("room", "ann");
  await rejects(
    ann.voip.createConnection("room", "ben"),
    "already-connected",
  );
  await rejects(ann.voip.createAnswer(), "wrong-state");
  await rejects(
    ann.voip.setRemoteAnswer({ type: "answer", sdp: "" }),
    "wrong-state",
  );
  const offer = await after(100, ann.voip.createOffer());
  await rejects(ann.voip.setRemoteOffer(offer), "wrong-state");
  await after(100, ben.voip.setRemoteOffer(offer));
  await rejects(ben.voip.createOffer(), "wrong-state");
  const answer = await after(100, ben.voip.createAnswer());
  await rejects(ben.voip.createAnswer(), "wrong-state");
  await after(100, ann.voip.setRemoteAnswer(answer));
  assertEquals(ann.voip.getConnectionState(), "connected");
});

Deno.test("VOIPService refuses descriptions and candidates that are none", async () => {
  const { person, after } = rig();
  const { voip } = person();
  await voip.createConnection("room", "ben");
  const bad = [null, {}, { type: "answer", sdp: "" }, { type: "offer" }];
  for (const offer of bad as RTCSessionDescriptionInit[]) {
    await rejects(voip.setRemoteOffer(offer), "invalid-description");
  }
  const broken = { type: "offer", sdp: "v=0 and nothing" } as const;
  const error = await rejects(
    after(100, voip.setRemoteOffer(broken)),
    "invalid-description",
  );
  assert(error.cause instanceof SyntaxError);
  await rejects(
    voip.addIceCandidate(null as unknown as RTCIceCandidateInit),
    "invalid-candidate",
  );
  const other = person();
  await other.voip.createConnection("room", "ann");
  const offer = await after(100, other.voip.createOffer());
  await after(100, voip.setRemoteOffer(offer));
  await rejects(
    after(100, voip.addIceCandidate({ usernameFragment: "unheard of" })),
    "invalid-candidate",
  );
});

Deno.test("VOIPService refuses servers that are none, and browsers without WebRTC", async () => {
  const options = { iceServers: "stun:x" as unknown as RTCIceServer[] };
  const { person } = rig();
  await rejects(
    person(options).voip.createConnection("room", "ben"),
    "invalid-argument",
  );
  const platform = { RTCPeerConnection: undefined };
  await rejects(
    person({ platform }).voip.createConnection("room", "ben"),
    "webrtc-missing",
  );
});

Deno.test("VOIPService silences the speaker, also for what comes later", async () => {
  const { ann, ben } = await manualPair();
  const [track] = ann.streams[0].getAudioTracks();
  ann.voip.setSpeakerMuted(true);
  assertEquals([ann.voip.getState().speaker, track.enabled], ["muted", false]);
  ann.voip.setSpeakerMuted(false);
  assertEquals([ann.voip.getState().speaker, track.enabled], ["on", true]);
  assert(ben.streams[0].getAudioTracks()[0].enabled);
  const later = rig();
  const wire = channels(later.clock);
  const [one, two] = [
    later.person({ signaling: wire.a }),
    later.person({ signaling: wire.b }),
  ];
  one.voip.setSpeakerMuted(true);
  await one.voip.createConnection("room", "two");
  await two.voip.createConnection("room", "one");
  await later.clock.run(500);
  assert(!one.streams[0].getAudioTracks()[0].enabled);
});

Deno.test("VOIPService tells of a connection that fails", async () => {
  const { clock, network, ann } = await manualPair();
  ann.log.length = 0;
  network.isBlocked = true;
  await clock.run(8_000);
  assertEquals(ann.voip.getState().quality, 0);
  await clock.run(20_000);
  assertEquals(ann.log, ["disconnected", "failed", "error connection-failed"]);
});

Deno.test("VOIPService closes what it has opened, and refuses everything afterwards", async () => {
  const { clock, network, person, ann, ben } = await manualPair();
  ann.voip.closeConnection();
  assertEquals(ann.voip.getConnectionState(), null);
  assertEquals(ann.voip.getState().microphone, "on");
  assertEquals(ann.log.at(-1), "closed");
  await ann.voip.createConnection("room", "carl");
  const offering = ann.voip.createOffer();
  ann.voip.close();
  ann.voip.close();
  await rejects(offering, "cancelled");
  ben.voip.close();
  assertEquals([ann.devices.open, ben.devices.open], [0, 0]);
  assert(network.connections.every((c) => c.signalingState === "closed"));
  await rejects(ann.voip.enableMicrophone(), "closed");
  await rejects(ann.voip.createConnection("room", "ben"), "closed");
  await rejects(ann.voip.createOffer(), "closed");
  throws(() => ann.voip.setMicrophoneMuted(true), "closed");
  throws(() => ann.voip.setSpeakerMuted(true), "closed");
  assertEquals(ann.voip.getState().microphone, "off");
  await clock.run(10_000);
  assertEquals(clock.waiting, 0);
  person().voip.close();
});

Deno.test("VOIPService: what a callback throws breaks nothing", async () => {
  const reported: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error);
  };
  addEventListener("error", listener);
  try {
    const { clock, person } = rig();
    const wire = channels(clock);
    const failure = new Error("mine");
    const onConnectionStateChange = () => {
      throw failure;
    };
    const ann = person({ signaling: wire.a, onConnectionStateChange });
    const ben = person({ signaling: wire.b });
    await ann.voip.createConnection("room", "ben");
    await ben.voip.createConnection("room", "ann");
    await clock.run(500);
    assertEquals(ann.voip.getConnectionState(), "connected");
    assertEquals(reported, [failure, failure]);
  } finally {
    removeEventListener("error", listener);
  }
});

for (const echoes of [false, true]) {
  const kind = echoes ? "that everyone hears" : "between two";
  Deno.test(`VOIPService negotiates by itself over a channel ${kind}`, async () => {
    const { network, ann, ben, wire, clock } = await signaledPair(echoes);
    assertEquals(ann.log, ["connecting", "connected", "audio of ben"]);
    assertEquals(ben.log, ["connecting", "connected", "audio of ann"]);
    assertEquals(ann.voip.getState().quality, 100);
    assertEquals(network.connections.length, 2);
    await rejects(ann.voip.createOffer(), "not-manual");
    assertEquals([ann.candidates, ben.candidates], [[], []]);
    await ben.voip.enableMicrophone();
    await clock.run(100);
    const sent = network.connections.map((connection) =>
      connection.getTransceivers()[0].sender.track
    );
    assertEquals(
      sent.every((track) => track !== null),
      true,
    );
    ann.voip.close();
    await clock.run(100);
    assertEquals(ben.voip.getConnectionState(), "disconnected");
    ben.voip.close();
    await clock.run(10_000);
    assertEquals([wire.subscribed(), clock.waiting], [0, 0]);
    assert(network.connections.every((c) => c.signalingState === "closed"));
  });
}

Deno.test("VOIPService connects again when the other end begins anew, and mends what breaks", async () => {
  const { clock, network, person, wire, ann, ben } = await signaledPair();
  ben.voip.close();
  await clock.run(100);
  const again = person({ signaling: wire.b });
  await again.voip.createConnection("room", "ann");
  await clock.run(500);
  assertEquals(ann.voip.getConnectionState(), "connected");
  assertEquals(ann.streams.length, 2);
  network.isBlocked = true;
  await clock.run(8_000);
  assertEquals(ann.voip.getConnectionState(), "disconnected");
  await clock.run(30_000);
  assertEquals(ann.voip.getConnectionState(), "failed");
  network.isBlocked = false;
  await clock.run(60_000);
  assertEquals(ann.voip.getConnectionState(), "connected");
});

Deno.test("VOIPService: a pair that begins anew ends the earlier one, lost signals have it built anew", async () => {
  const { clock, network, person } = rig();
  const sent: { connection: number }[] = [];
  let tell = (_event: PairEvent) => {};
  const { voip } = person({
    signaling: {
      send: (data) => sent.push(data as { connection: number }),
      watch(listener) {
        tell = listener;
        return () => {};
      },
    },
  });
  await voip.createConnection("room", "ben");
  tell({ type: "signal", data: {} });
  tell({ type: "gap" });
  tell({ type: "pair", offer: true, polite: true });
  tell({ type: "pair", offer: true, polite: true });
  await clock.run(100);
  const states = network.connections.map((c) => c.signalingState);
  assertEquals(states, ["closed", "have-local-offer"]);
  tell({ type: "gap" });
  await clock.run(100);
  assertEquals(sent.at(-1)?.connection, 2);
  voip.close();
  tell({ type: "pair", offer: true, polite: true });
  assertEquals(network.connections.length, 3);
  assertEquals(voip.getConnectionState(), null);
});

Deno.test("VOIPService ignores nonsense from the channel", async () => {
  const { clock, wire, ann } = await signaledPair();
  const nonsense = [
    null,
    7,
    "x",
    {},
    { hello: "x" },
    { hello: -1 },
    { bye: 1, to: 2 },
    { from: 1, to: 2, signal: { connection: 9, candidates: [] } },
  ];
  for (const data of nonsense) wire.inject("a", data);
  // Of the right end, but for somebody else on the same channel.
  const [{ hello }] = wire.sent.slice(1) as { hello: number }[];
  wire.inject("a", { bye: hello, to: 1 });
  // For the right end, but of one that is not known.
  const [{ hello: mine }] = wire.sent as { hello: number }[];
  wire.inject("a", { bye: 1, to: mine });
  await clock.run(1_000);
  assertEquals(ann.voip.getConnectionState(), "connected");
  assertEquals(ann.streams.length, 1);
});

Deno.test("VOIPService tells when its channel fails", async () => {
  const { person } = rig();
  const failure = new Error("broken");
  const broken = () => {
    throw failure;
  };
  const ann = person({
    signaling: { send: broken, subscribe: () => () => {} },
  });
  await ann.voip.createConnection("room", "ben");
  assertEquals(ann.log, ["error signaling-failed"]);
  const ben = person({ signaling: { send() {}, subscribe: broken } });
  const error = await rejects(
    ben.voip.createConnection("room", "ann"),
    "signaling-failed",
  );
  assertEquals(error.cause, failure);
  assertEquals(ben.voip.getConnectionState(), null);
});
