/** People who meet in rooms of one fake service, for tests. */
import { assertEquals, assertRejects } from "@std/assert";
import { RoomError, type RoomErrorCode } from "@/lib/client/voip/room_error.ts";
import type { VoiceRoom } from "@/lib/client/voip/voice_room.ts";
import { VOIPService } from "@/lib/client/voip/voip_service.ts";
import { callService } from "../../fakes/call_service.ts";
import { FakeMediaDevices } from "../../fakes/media.ts";

export type Service = ReturnType<typeof callService>;

/** Waits for what needs time to go by. */
export async function after<T>(
  { clock }: Service,
  ms: number,
  promise: Promise<T>,
): Promise<T> {
  promise.catch(() => {});
  await clock.run(ms);
  return await promise;
}

export async function rejects(promise: Promise<unknown>, code: RoomErrorCode) {
  const error = await assertRejects(() => promise, RoomError);
  assertEquals(error.code, code);
}

/** Ann (m1) and Ben (m2) in a room. */
export async function two() {
  const service = callService();
  const rooms = { ann: service.rooms(), ben: service.rooms() };
  const ann = await after(
    service,
    100,
    rooms.ann.joinRoom("room", { name: "Ann" }),
  );
  const ben = await after(
    service,
    100,
    rooms.ben.joinRoom("room", { name: "Ben" }),
  );
  return { service, rooms, ann, ben };
}

export function speak(
  { clock, platform }: Service,
  room: VoiceRoom,
  to: string,
) {
  const log: string[] = [];
  const devices = new FakeMediaDevices();
  const voip = new VOIPService({
    iceServers: room.iceServers,
    signaling: room.channelTo(to),
    mediaDevices: devices,
    onAudioStream: (_stream, userId) => log.push(`audio of ${userId}`),
    onConnectionStateChange: (state) => log.push(state),
    onError: (error) => log.push(`error ${error.code}`),
    platform: { ...platform(new EventTarget()), clock },
  });
  return { voip, log, devices };
}
