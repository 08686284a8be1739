/** A room as its holders see it, and what may be asked for when one is made, changed or joined. `docs/protocol.md` section 2. */
import * as v from "valibot";
import { Id, Slug } from "./ids.ts";
import { MAX_SEATS, MIN_SEATS } from "./limits.ts";
import { Name, shortText } from "./name.ts";

export const RoomType = v.picklist(["voip", "video", "voice", "chat"]);
export type RoomType = v.InferOutput<typeof RoomType>;

/** How many people a mesh serves, in which everyone sends to everyone: with pictures, or with sound alone. */
export const MESH_SEATS = { video: 6, audio: 10 } as const;

/** Seats that a room of each type has unless told otherwise: two for a call, what a mesh serves for the others. */
export const DEFAULT_SEATS: Record<RoomType, number> = {
  voip: 2,
  video: MESH_SEATS.video,
  voice: MESH_SEATS.audio,
  chat: 32,
};

const media = {
  audio: v.boolean(),
  video: v.boolean(),
  screen: v.boolean(),
  chat: v.boolean(),
};

/** What members may send. */
export const RoomMedia = v.object(media);
export type RoomMedia = v.InferOutput<typeof RoomMedia>;

/** What a room of each type allows unless told otherwise. */
export const DEFAULT_MEDIA: Record<RoomType, RoomMedia> = {
  voip: { audio: true, video: true, screen: true, chat: true },
  video: { audio: true, video: true, screen: true, chat: true },
  voice: { audio: true, video: false, screen: false, chat: true },
  chat: { audio: false, video: false, screen: false, chat: true },
};

/** The public description of a room. It says nothing of its members but how many there are. */
export const Room = v.object({
  roomId: Id,
  slug: v.optional(v.string()),
  type: RoomType,
  name: v.string(),
  maxParticipants: v.number(),
  media: RoomMedia,
  e2ee: v.boolean(),
  listed: v.boolean(),
  locked: v.boolean(),
  pinRequired: v.boolean(),
  topology: v.picklist(["mesh", "sfu"]),
  createdAt: v.number(),
  /** Milliseconds since 1970; absent for a persistent room. */
  expiresAt: v.optional(v.number()),
});
/** What the public may know of a room. */
export type Room = v.InferOutput<typeof Room>;

/** A room, and how many are in it. */
export const OccupiedRoom = v.object({
  ...Room.entries,
  occupancy: v.number(),
});
export type OccupiedRoom = v.InferOutput<typeof OccupiedRoom>;

/** Some listed rooms, newest first, and where the next ones begin; absent after the last. */
export const RoomPage = v.object({
  rooms: v.array(OccupiedRoom),
  cursor: v.optional(v.string()),
});
export type RoomPage = v.InferOutput<typeof RoomPage>;

const Pin = v.pipe(v.string(), v.regex(/^[0-9]{4,16}$/, "4 to 16 digits"));
const Seats = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(MIN_SEATS),
  v.maxValue(MAX_SEATS),
);
const RoomName = shortText(64);
const Include = v.optional(
  v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(32)),
);

/** Seconds that a room may live: 5 minutes to 30 days. */
const ExpiresIn = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(300),
  v.maxValue(2_592_000),
);

/** Body of `POST /api/rooms`. */
export const CreateRoom = v.pipe(
  v.object({
    type: v.optional(RoomType, "voip"),
    name: v.optional(RoomName, ""),
    slug: v.optional(Slug),
    maxParticipants: v.optional(Seats),
    media: v.optional(v.partial(RoomMedia), {}),
    e2ee: v.optional(v.boolean(), false),
    expiresIn: v.optional(ExpiresIn),
    persistent: v.optional(v.boolean(), false),
    listed: v.optional(v.boolean(), false),
    pin: v.optional(Pin),
    include: Include,
  }),
  v.forward(
    v.check(
      (room) =>
        room.slug === undefined || room.pin !== undefined || room.listed,
      "a slug can be guessed: the room needs a pin, or must be listed",
    ),
    ["slug"],
  ),
  v.forward(
    v.check(
      (room) => !(room.persistent && room.expiresIn !== undefined),
      "a persistent room does not expire",
    ),
    ["expiresIn"],
  ),
);
export type CreateRoom = v.InferOutput<typeof CreateRoom>;

/** Body of `PATCH /api/rooms/:id`: what is given is changed; `pin: null` takes the PIN away. `type`, `slug` and `e2ee` never change. */
export const ChangeRoom = v.object({
  name: v.optional(RoomName),
  maxParticipants: v.optional(Seats),
  media: v.optional(v.partial(RoomMedia)),
  listed: v.optional(v.boolean()),
  locked: v.optional(v.boolean()),
  pin: v.optional(v.nullable(Pin)),
  include: Include,
});
export type ChangeRoom = v.InferOutput<typeof ChangeRoom>;

/** Body of `POST /api/rooms/:id/join`. */
export const JoinRoom = v.object({
  name: Name,
  pin: v.optional(v.pipe(v.string(), v.maxLength(16))),
  role: v.optional(v.picklist(["speaker", "listener"]), "speaker"),
  include: Include,
});
export type JoinRoom = v.InferOutput<typeof JoinRoom>;
