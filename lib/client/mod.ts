/** Ringdown in a browser, without a framework and usable without our pages. */
export {
  type ApiOptions,
  type CreatedRoom,
  createRoom,
  type JoinedRoom,
  joinRoom,
  type NewRoom,
  roomInfo,
} from "./api.ts";
export { Call, type CallOptions } from "./call.ts";
export type {
  CallState,
  CallView,
  ChatMessage,
  EndReason,
  Participant,
} from "./call_view.ts";
export {
  type Device,
  type DeviceList,
  listDevices,
  type MediaFailure,
  NO_DEVICES,
  watchDevices,
} from "./devices.ts";
export {
  type ClientError,
  NetworkError,
  type NetworkErrorCode,
} from "./errors.ts";
export { MAX_CHAT_CHARACTERS } from "./chat_pair.ts";
export { LevelMeter } from "./level_meter.ts";
export type { LocalDeviceState } from "./local_device.ts";
export {
  LocalMedia,
  type LocalMediaOptions,
  type LocalMediaView,
} from "./local_media.ts";
export { browserPlatform, type Platform } from "./platform.ts";
export { Peer, type PeerOptions } from "./peer.ts";
export type { PeerSignal } from "./peer_signal.ts";
export {
  type Joiner,
  RoomManager,
  type RoomManagerOptions,
} from "./room_manager.ts";
export { Session, type SessionOptions } from "./session.ts";
export type { SessionEvent } from "./session_event.ts";
export type {
  PairChannel,
  PairEvent,
  SignalingChannel,
} from "./signaling_channel.ts";
export type {
  OpenTransport,
  Ticket,
  Transport,
  TransportHandler,
} from "./transport.ts";
export {
  RoomError,
  type RoomErrorCode,
  VoiceRoom,
  type VoiceRoomEvent,
} from "./voice_room.ts";
export { VOIPError, type VOIPErrorCode } from "./voip_error.ts";
export {
  DEFAULT_ICE_SERVERS,
  VOIPService,
  type VOIPServiceOptions,
  type VOIPState,
} from "./voip_service.ts";
export { websocketTransport } from "./websocket_transport.ts";
