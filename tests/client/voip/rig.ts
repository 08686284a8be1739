/** People with a `VOIPService` each, for tests. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { SignalingChannel } from "@/lib/client/voip/signaling_channel.ts";
import { VOIPError, type VOIPErrorCode } from "@/lib/client/voip/voip_error.ts";
import type { VOIPServiceOptions } from "@/lib/client/voip/voip_options.ts";
import { VOIPService } from "@/lib/client/voip/voip_service.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { FakeMediaDevices, FakeMediaStream } from "../../fakes/media.ts";
import { peerConnections } from "../../fakes/peer_connection.ts";
import { PeerNetwork } from "../../fakes/peer_network.ts";
import { seededRandom } from "../../fakes/random.ts";

/** An AudioContext that hears as loud a sound as the test says. */
export function fakeContext() {
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
export function rig(seed = 1) {
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

export async function rejects(promise: Promise<unknown>, code: VOIPErrorCode) {
  const error = await assertRejects(() => promise, VOIPError);
  assertEquals(error.code, code);
  return error;
}

export function throws(task: () => void, code: VOIPErrorCode) {
  assertEquals(assertThrows(task, VOIPError).code, code);
}

/** Two in a connection that the test carried by hand, without candidates of their own. */
export async function manualPair() {
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
export function channels(clock: VirtualClock, echoes = false) {
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
export async function signaledPair(echoes = false) {
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
