/** Ringdown in a browser, without a framework and usable without our pages. */
export {
  type ApiOptions,
  changeRoom,
  closeRoom,
  type CreatedRoom,
  createRoom,
  type HostOptions,
  type JoinedRoom,
  joinRoom,
  listRooms,
  type NewRoom,
  type RoomChange,
  roomInfo,
} from "./api.ts";
export { Call, type CallOptions } from "./call/call.ts";
export type {
  CallState,
  CallView,
  ChatMessage,
  Delivery,
  EndReason,
  Participant,
  Stopped,
} from "./call/call_view.ts";
export {
  type Device,
  type DeviceList,
  listDevices,
  type MediaFailure,
  NO_DEVICES,
  watchDevices,
} from "./media/devices.ts";
export {
  type ClientError,
  NetworkError,
  type NetworkErrorCode,
} from "./errors.ts";
export { MAX_CHAT_CHARACTERS } from "./chat/chat_text.ts";
export {
  Activity,
  type ActivityOptions,
  type ActivityView,
} from "./media/activity.ts";
export { LevelMeter } from "./media/level_meter.ts";
export type { DeviceNotice, LocalDeviceState } from "./media/local_device.ts";
export {
  LocalMedia,
  type LocalMediaOptions,
  type LocalMediaView,
} from "./media/local_media.ts";
export type { LocalScreenState } from "./media/local_screen.ts";
export {
  type PersonVolume,
  Playback,
  type PlaybackOptions,
  type PlaybackView,
} from "./media/playback.ts";
export { SoundContext } from "./media/sound_context.ts";
export { browserPlatform, type Platform } from "./platform.ts";
export type { CameraSize, Shown } from "./mesh/bitrate_policy.ts";
export type { Frame, FrameChannel, FrameUse } from "./mesh/frame_channel.ts";
export { Peer, type PeerOptions } from "./mesh/peer.ts";
export type { PeerSignal } from "./mesh/peer_signal.ts";
export type { Path, Quality } from "./mesh/quality.ts";
export {
  type Joiner,
  RoomManager,
  type RoomManagerOptions,
} from "./voip/room_manager.ts";
export { MediaService } from "./service/media_service.ts";
export {
  type MediaDeviceName,
  MediaServiceError,
  type MediaServiceErrorCode,
} from "./service/media_service_error.ts";
export type { MediaServiceOptions } from "./service/media_service_options.ts";
export type { MediaState } from "./service/media_state.ts";
export { Session, type SessionOptions } from "./session/session.ts";
export type { SessionEvent } from "./session/session_event.ts";
export type {
  PairChannel,
  PairEvent,
  SignalingChannel,
} from "./voip/signaling_channel.ts";
export type {
  OpenTransport,
  Ticket,
  Transport,
  TransportHandler,
} from "./transport/transport.ts";
export { RoomError, type RoomErrorCode } from "./voip/room_error.ts";
export type { VoiceRoom, VoiceRoomEvent } from "./voip/voice_room.ts";
export { VOIPError, type VOIPErrorCode } from "./voip/voip_error.ts";
export {
  DEFAULT_ICE_SERVERS,
  type VOIPServiceOptions,
} from "./voip/voip_options.ts";
export { VOIPService } from "./voip/voip_service.ts";
export type { VOIPState } from "./voip/voip_state.ts";
export { websocketTransport } from "./transport/websocket_transport.ts";
export { type ErrorCode, ProtocolError } from "../protocol/errors.ts";
export type { Clock } from "../protocol/clock.ts";
export type { PeerInfo, Role, TrackKind } from "../protocol/messages.ts";
export type { Room } from "../protocol/room.ts";
export type { Announcement } from "./session/session.ts";
export type { LinkState } from "./transport/link.ts";
export type { MediaName, MediaTracks } from "./mesh/negotiation.ts";
