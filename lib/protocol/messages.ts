/** The live protocol: one union per direction, each message a schema and the type derived from it. `docs/protocol.md` sections 4 and 5. */
import * as v from "valibot";
import { Count, Id } from "./ids.ts";
import { shortText } from "./name.ts";
import { Room } from "./room.ts";

export const Role = v.picklist(["host", "speaker", "listener"]);
/** What a member may do: a `host` commands, a `speaker` sends, a `listener` only receives. */
export type Role = v.InferOutput<typeof Role>;

/** What a member can switch on and off. */
export const TrackKind = v.picklist(["audio", "video", "screen"]);
/** What a member can switch on and off. */
export type TrackKind = v.InferOutput<typeof TrackKind>;

const Tracks = v.object({
  audio: v.optional(v.boolean()),
  video: v.optional(v.boolean()),
  screen: v.optional(v.boolean()),
});
export type Tracks = v.InferOutput<typeof Tracks>;

const presence = {
  handRaised: v.optional(v.boolean()),
  callSign: v.optional(shortText(64)),
  status: v.optional(shortText(64)),
};
const Presence = v.object(presence);
export type Presence = v.InferOutput<typeof Presence>;

const cloudflareSession = {
  sessionId: Id,
  tracks: v.pipe(
    v.array(v.object({ trackName: Id, kind: v.picklist(["audio", "video"]) })),
    v.maxLength(16),
  ),
};
const CloudflareSession = v.object(cloudflareSession);
export type CloudflareSession = v.InferOutput<typeof CloudflareSession>;

/** A member as others see it. */
export const PeerInfo = v.object({
  memberId: Id,
  name: v.string(),
  role: Role,
  incarnation: Count,
  state: v.picklist(["here", "away"]),
  tracks: Tracks,
  presence: Presence,
  cloudflareSession: v.optional(CloudflareSession),
});
/** Another member, as the server tells of it. */
export type PeerInfo = v.InferOutput<typeof PeerInfo>;

/** Any JSON value but a missing one. */
const Data = v.custom<unknown>(
  (value) => value !== undefined,
  "data is missing",
);

const numbered = { id: v.optional(Count), base: v.optional(Count) };

/** Client to server, by type. */
export const CLIENT_MESSAGES = {
  "signal": v.pipe(
    v.object({
      type: v.literal("signal"),
      to: v.optional(Id),
      toIncarnation: v.optional(Count),
      ...numbered,
      data: Data,
    }),
    v.check(
      (signal) =>
        signal.id === undefined ||
        (signal.to !== undefined && signal.toIncarnation !== undefined),
      "a numbered signal needs to and toIncarnation",
    ),
  ),
  "ack": v.object({
    type: v.literal("ack"),
    to: Id,
    toIncarnation: Count,
    id: Count,
  }),
  "track-state": v.object({
    type: v.literal("track-state"),
    kind: TrackKind,
    enabled: v.boolean(),
  }),
  "presence": v.object({ type: v.literal("presence"), ...presence }),
  "cloudflare-session": v.object({
    type: v.literal("cloudflare-session"),
    ...cloudflareSession,
  }),
  "leave": v.object({ type: v.literal("leave") }),
  "ping": v.object({ type: v.literal("ping") }),
  "mute": v.object({ type: v.literal("mute"), memberId: Id, kind: TrackKind }),
  "remove": v.object({ type: v.literal("remove"), memberId: Id }),
  "lock": v.object({ type: v.literal("lock"), locked: v.boolean() }),
  "end": v.object({ type: v.literal("end") }),
} as const;
export type ClientMessage = {
  [T in keyof typeof CLIENT_MESSAGES]: v.InferOutput<typeof CLIENT_MESSAGES[T]>;
}[keyof typeof CLIENT_MESSAGES];

const from = { from: Id };

/** Server to client, by type. */
export const SERVER_MESSAGES = {
  "welcome": v.object({
    type: v.literal("welcome"),
    you: v.object({
      memberId: Id,
      incarnation: Count,
      role: Role,
      name: v.string(),
    }),
    room: Room,
    peers: v.array(PeerInfo),
    resumed: v.boolean(),
    expiresAt: v.number(),
  }),
  "join": v.object({
    type: v.literal("join"),
    ...from,
    data: v.object({ participant_id: Id, participant_name: v.string() }),
    peer: PeerInfo,
  }),
  "leave": v.object({
    type: v.literal("leave"),
    ...from,
    data: v.object({ participant_id: Id }),
    reason: v.picklist(["left", "timeout", "removed"]),
  }),
  "away": v.object({ type: v.literal("away"), ...from }),
  "back": v.object({
    type: v.literal("back"),
    ...from,
    incarnation: Count,
    peer: PeerInfo,
  }),
  "signal": v.object({
    type: v.literal("signal"),
    ...from,
    incarnation: Count,
    ...numbered,
    data: Data,
  }),
  "ack": v.object({
    type: v.literal("ack"),
    ...from,
    incarnation: Count,
    id: Count,
  }),
  "gap": v.object({ type: v.literal("gap"), from: v.optional(Id) }),
  "track-state": v.object({
    type: v.literal("track-state"),
    ...from,
    kind: TrackKind,
    enabled: v.boolean(),
  }),
  "presence": v.object({ type: v.literal("presence"), ...from, ...presence }),
  "cloudflare-session": v.object({
    type: v.literal("cloudflare-session"),
    ...from,
    ...cloudflareSession,
  }),
  "mute": v.object({ type: v.literal("mute"), ...from, kind: TrackKind }),
  "room": v.object({ type: v.literal("room"), room: Room }),
  "token": v.object({
    type: v.literal("token"),
    token: v.string(),
    expiresAt: v.number(),
  }),
  "moving": v.object({ type: v.literal("moving") }),
  "pong": v.object({ type: v.literal("pong") }),
  "error": v.object({
    type: v.literal("error"),
    code: v.string(),
    message: v.string(),
    errors: v.optional(
      v.array(v.object({ field: v.string(), message: v.string() })),
    ),
    re: v.optional(
      v.object({
        type: v.string(),
        to: v.optional(v.string()),
        id: v.optional(v.number()),
      }),
    ),
  }),
  "bye": v.object({
    type: v.literal("bye"),
    reason: v.string(),
    retry: v.nullable(v.number()),
  }),
} as const;
export type ServerMessage = {
  [T in keyof typeof SERVER_MESSAGES]: v.InferOutput<typeof SERVER_MESSAGES[T]>;
}[keyof typeof SERVER_MESSAGES];

/** One message of a union, by its type. */
export type MessageOf<
  Union extends { type: string },
  Type extends Union["type"],
> = Extract<Union, { type: Type }>;
