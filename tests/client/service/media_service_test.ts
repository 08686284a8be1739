import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NetworkError } from "@/lib/client/errors.ts";
import { LocalMedia } from "@/lib/client/media/local_media.ts";
import { MediaService } from "@/lib/client/service/media_service.ts";
import {
  MediaServiceError,
  type MediaServiceErrorCode,
} from "@/lib/client/service/media_service_error.ts";
import type { MediaServiceOptions } from "@/lib/client/service/media_service_options.ts";
import { RoomError } from "@/lib/client/voip/room_error.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { callService } from "../../fakes/call_service.ts";
import { FakeMediaDevices, FakeMediaStream } from "../../fakes/media.ts";

/** An element that plays, once nothing blocks it. */
class FakeAudio {
  static blocked = false;
  srcObject: MediaStream | null = null;
  muted = false;
  volume = 1;

  play(): Promise<void> {
    if (!FakeAudio.blocked) return Promise.resolve();
    return Promise.reject(new DOMException("touch me", "NotAllowedError"));
  }

  remove() {}
}

/** People with a service each, who meet in rooms of one fake server. */
function rig() {
  const server = callService();
  const person = (options: MediaServiceOptions = {}) => {
    const devices = new FakeMediaDevices();
    const log: string[] = [];
    const players: FakeAudio[] = [];
    const page = new EventTarget();
    const service = new MediaService({
      baseUrl: "https://call.example",
      mediaDevices: devices,
      createElement() {
        const player = new FakeAudio();
        players.push(player);
        return player as unknown as HTMLAudioElement;
      },
      onPeer({ memberId, connection, video }) {
        log.push(`${memberId} ${connection}${video ? " seen" : ""}`);
      },
      onPeerLeft: (memberId) => log.push(`${memberId} left`),
      onConnectionStateChange: (state) => log.push(state),
      onEnd: (reason) => log.push(`end: ${reason}`),
      onError(error) {
        const device = "device" in error ? ` ${error.device}` : "";
        log.push(`error ${error.code}${device}`);
      },
      ...options,
      platform: { ...server.platform(page), ...options.platform },
    });
    /** The sounds that play now. */
    const playing = () =>
      players.filter(({ srcObject, muted }) => srcObject !== null && !muted)
        .length;
    return { service, devices, log, page, playing };
  };
  /** Waits for what needs time to go by. */
  const after = async <T>(ms: number, promise: Promise<T>): Promise<T> => {
    promise.catch(() => {});
    await server.clock.run(ms);
    return await promise;
  };
  return { ...server, person, after };
}

async function rejects(
  promise: Promise<unknown>,
  code: MediaServiceErrorCode,
  device: string | null = null,
) {
  const error = await assertRejects(() => promise, MediaServiceError);
  assertEquals([error.code, error.device], [code, device]);
}

/** Ann (m1), Ben (m2) and Carl (m3) in a room, Ann with microphone and camera. */
async function three() {
  const all = rig();
  const [ann, ben, carl] = [all.person(), all.person(), all.person()];
  await ann.service.enableMicrophone();
  await ann.service.enableCamera();
  for (const [name, { service }] of Object.entries({ ann, ben, carl })) {
    await all.after(300, service.joinRoom("room", { name }));
  }
  await all.clock.run(1_000);
  return { ...all, ann, ben, carl };
}

Deno.test("MediaService begins with everything off, and has no call before a room", () => {
  const { service } = rig().person();
  assertEquals(service.getState(), {
    microphone: "off",
    camera: "off",
    screen: "off",
    speaker: "on",
    connection: null,
    inputLevel: 0,
    quality: 0,
    peers: [],
  });
  assertEquals(assertThrows(() => service.call, RoomError).code, "not-joined");
});

Deno.test("MediaService connects everyone with everyone, and plays what is to be heard", async () => {
  const { network, ann, ben, carl } = await three();
  assertEquals(network.connections.length, 6);
  for (const { service, playing } of [ann, ben, carl]) {
    const { connection, quality, peers } = service.getState();
    assertEquals([connection, peers.length], ["connected", 2]);
    assert(quality > 0 && quality <= 100, `${quality}`);
    assert(peers.every((peer) => peer.connection === "connected"));
    assertEquals(playing(), 2);
  }
  const [seen] = ben.service.getState().peers;
  assertEquals([seen.memberId, seen.microphoneOn, seen.cameraOn], [
    "m1",
    true,
    true,
  ]);
  assert(seen.video !== null);
  assertEquals(ben.log[0], "connecting");
  assert(ben.log.includes("m1 connecting seen"));
  assert(ben.log.includes("connected"));
  assert(ben.log.includes("m1 connected seen"));
  assert(ben.log.includes("m3 connected"));
});

Deno.test("MediaService mutes, switches off and shares, and the others are told", async () => {
  const { clock, ann, ben } = await three();
  const told = () => {
    const [{ microphoneOn, cameraOn }] = ben.service.getState().peers;
    return [microphoneOn, cameraOn];
  };
  ann.service.setMicrophoneMuted(true);
  await clock.run(100);
  assertEquals([ann.service.getState().microphone, ...told()], [
    "muted",
    false,
    true,
  ]);
  ann.service.setMicrophoneMuted(false);
  ann.service.disableCamera();
  await clock.run(100);
  assertEquals([ann.service.getState().camera, ...told()], [
    "off",
    true,
    false,
  ]);
  ann.service.disableMicrophone();
  await clock.run(100);
  assertEquals([ann.service.getState().microphone, ...told()], [
    "off",
    false,
    false,
  ]);
  assertEquals(ann.devices.open, 0);
  const muting = () => ann.service.setMicrophoneMuted(true);
  assertEquals(assertThrows(muting, MediaServiceError).code, "device-off");
});

Deno.test("MediaService tells of who comes, changes and leaves, each once", async () => {
  const { clock, after, ben, carl } = await three();
  ben.log.length = 0;
  await clock.run(5_000);
  ben.log.length = 0;
  await after(300, carl.service.leaveRoom());
  assertEquals(ben.log, ["m3 left"]);
  assertEquals(ben.service.getState().peers.length, 1);
  assertEquals(carl.log.slice(-2), ["closed", "end: left"]);
  assertEquals(carl.log.filter((line) => line.startsWith("end")).length, 1);
  assertEquals([carl.playing(), carl.service.getConnectionState()], [0, null]);
});

Deno.test("MediaService that has left a room measures and plays nothing, and keeps its microphone", async () => {
  const { clock, after, person } = rig();
  const { service } = person();
  await service.enableMicrophone();
  await after(300, service.joinRoom("room", { name: "Ann" }));
  await after(1_000, service.leaveRoom());
  await clock.run(10_000);
  assertEquals(service.getState().microphone, "on");
  assertEquals(clock.waiting, 0);
});

Deno.test("MediaService joins another room after the first", async () => {
  const { after, joins, ben } = await three();
  const again = () => ben.service.joinRoom("room", { name: "ben" });
  const error = await assertRejects(again, RoomError);
  assertEquals(error.code, "already-joined");
  await after(300, ben.service.leaveRoom());
  const leaving = await assertRejects(() => ben.service.leaveRoom(), RoomError);
  assertEquals(leaving.code, "not-joined");
  await after(1_000, again());
  assertEquals(joins.length, 4);
  assertEquals(ben.service.getState().peers.length, 2);
  assertEquals(ben.playing(), 2);
});

Deno.test("MediaService silences everybody, and tells when the browser wants a click first", async () => {
  const { clock, ann, ben } = await three();
  ann.service.setSpeakerMuted(true);
  assertEquals([ann.service.getState().speaker, ann.playing()], ["muted", 0]);
  ann.service.setSpeakerMuted(false);
  assertEquals([ann.service.getState().speaker, ann.playing()], ["on", 2]);
  FakeAudio.blocked = true;
  try {
    await ben.service.play();
    assertEquals(ben.service.getState().speaker, "blocked");
  } finally {
    FakeAudio.blocked = false;
  }
  await ben.service.play();
  await clock.run(1);
  assertEquals(ben.service.getState().speaker, "on");
});

Deno.test("MediaService tells what could not be opened to who asked, and what was lost to everyone else", async () => {
  const { clock, person } = rig();
  const { service, devices, log } = person();
  devices.failure = { audio: "NotFoundError", video: "NotAllowedError" };
  await rejects(service.enableMicrophone(), "no-device", "microphone");
  await rejects(service.enableCamera(), "permission-denied", "camera");
  await rejects(service.startScreenShare(), "device-failed", "screen");
  assertEquals(log, []);
  devices.failure = {};
  await service.enableCamera();
  devices.failure.video = "NotReadableError";
  devices.tracks[0].end();
  await clock.run(1);
  assertEquals(log, ["error device-busy camera"]);
  assertEquals(service.getState().camera, "failed");
  const opening = service.enableMicrophone();
  service.disableMicrophone();
  await rejects(opening, "cancelled", "microphone");
});

Deno.test("MediaService tells why a room could not be joined, and may try again", async () => {
  const { after, refusals, person } = rig();
  const { service, log } = person();
  const join = () => after(300, service.joinRoom("room", { name: "Ann" }));
  refusals.push("pin-wrong");
  assertEquals((await assertRejects(join, ProtocolError)).code, "pin-wrong");
  assertEquals(log, ["connecting", "failed"]);
  await join();
  assertEquals(log, ["connecting", "failed", "connecting", "connected"]);
});

Deno.test("MediaService joins on and on while the server cannot be reached, at once when the network is back", async () => {
  const { clock, refusals, joins, person } = rig();
  const { service, log, page } = person();
  refusals.push(...Array(50).fill("network"));
  let joined = false;
  service.joinRoom("room", { name: "Ann" }).then(() => joined = true);
  await clock.run(30_000);
  const asked = joins.length;
  assert(asked > 3 && asked < 30, `${asked} requests in 30 s`);
  assertEquals(log.slice(0, 3), ["connecting", "failed", "error network"]);
  assertEquals(joined, false);
  refusals.length = 0;
  page.dispatchEvent(new Event("online"));
  await clock.run(100);
  assert(joined);
  assertEquals(log.at(-1), "connected");
});

Deno.test("MediaService: leaving while it joins ends the joining", async () => {
  const { clock, refusals, joins, person } = rig();
  const { service, log } = person();
  refusals.push(...Array(50).fill("network"));
  const joining = service.joinRoom("room", { name: "Ann" });
  joining.catch(() => {});
  await clock.run(500);
  await service.leaveRoom();
  const error = await assertRejects(() => joining, RoomError);
  assertEquals(error.code, "left");
  await clock.run(60_000);
  assertEquals(joins.length, 1);
  assertEquals(log.at(-1), "end: left");
  assertEquals(clock.waiting, 0);
});

Deno.test("MediaService, closed, leaves and gives back all that it opened", async () => {
  const { clock, after, network, server, ann, ben, carl } = await three();
  await after(
    3_000,
    Promise.all([ann, ben, carl].map(({ service }) => service.close())),
  );
  await clock.run(10_000);
  assertEquals(ann.devices.open, 0);
  assert(network.connections.every((c) => c.signalingState === "closed"));
  assertEquals([ann, ben, carl].map(({ playing }) => playing()), [0, 0, 0]);
  assertEquals(server.info("m1"), undefined);
  assertEquals(clock.waiting, 0);
  assertEquals(ann.log.at(-1), "end: left");
  await ann.service.close();
  await rejects(ann.service.enableMicrophone(), "closed");
  await rejects(ann.service.joinRoom("room", { name: "Ann" }), "closed");
});

Deno.test("MediaService does not close devices that are another's", async () => {
  const { after, person } = rig();
  const devices = new FakeMediaDevices();
  const media = new LocalMedia({
    mediaDevices: devices,
    MediaStream: FakeMediaStream,
  });
  await media.open({ microphone: true, camera: true });
  const { service } = person({ media });
  assertEquals(service.getState().microphone, "on");
  await after(300, service.joinRoom("room", { name: "Ann" }));
  await after(1_000, service.close());
  assertEquals(devices.open, 2);
});

Deno.test("MediaService needs WebRTC, and reports an answer that is none", async () => {
  const { after, person } = rig();
  const without = person({ platform: { RTCPeerConnection: undefined } });
  await rejects(
    without.service.joinRoom("room", { name: "Ann" }),
    "webrtc-missing",
  );
  const fetch = () => Promise.resolve(new Response("<html>"));
  const { service } = person({ platform: { fetch } });
  const join = () => after(300, service.joinRoom("room", { name: "Ann" }));
  const error = await assertRejects(join, NetworkError);
  assertEquals(error.code, "bad-response");
});

Deno.test("MediaService: what a callback throws breaks nothing", async () => {
  const reported: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error);
  };
  addEventListener("error", listener);
  try {
    const { after, person } = rig();
    const failure = new Error("mine");
    const fail = () => {
      throw failure;
    };
    const { service } = person({ onConnectionStateChange: fail });
    await after(300, service.joinRoom("room", { name: "Ann" }));
    assertEquals(service.getConnectionState(), "connected");
    assertEquals(reported, [failure, failure]);
  } finally {
    removeEventListener("error", listener);
  }
});
