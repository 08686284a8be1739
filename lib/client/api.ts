/** The HTTP calls that lead to a call. `docs/protocol.md` section 2. */
import * as v from "valibot";
import { type ErrorCode, ERRORS, ProtocolError } from "../protocol/errors.ts";
import { Id } from "../protocol/ids.ts";
import { PeerInfo, Role } from "../protocol/messages.ts";
import {
  type ChangeRoom,
  type CreateRoom,
  Room,
  RoomPage,
} from "../protocol/room.ts";
import { NetworkError } from "./errors.ts";

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 15_000;

/** How to reach the service. */
export interface ApiOptions {
  /** Origin of the service, such as `https://call.example`. Default: the page's own. */
  baseUrl?: string;
  /** In place of the browser's own. */
  fetch?: typeof fetch;
}

const CreatedRoom = v.object({
  roomId: Id,
  url: v.string(),
  hostToken: v.string(),
  expiresAt: v.optional(v.nullable(v.number())),
});
/** A room that was made. `hostToken`: whoever joins with it is a host. `expiresAt`: in milliseconds since 1970; null or absent for one that stays. */
export type CreatedRoom = v.InferOutput<typeof CreatedRoom>;

const IceServer = v.object({
  urls: v.union([v.string(), v.array(v.string())]),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});

const IceAnswer = v.object({
  iceServers: v.array(IceServer),
  iceExpiresAt: v.optional(v.number()),
});
/** STUN and TURN servers. `iceExpiresAt`: when their credentials end, in milliseconds since 1970; absent when there are none. */
export type IceAnswer = v.InferOutput<typeof IceAnswer>;

const JoinedRoom = v.object({
  token: v.string(),
  memberId: Id,
  role: Role,
  room: Room,
  peers: v.array(PeerInfo),
  ...IceAnswer.entries,
  expiresAt: v.number(),
  hostToken: v.optional(v.string()),
});
/** A seat: the token that opens a connection, and who is there already. `hostToken`: a fresh one, to be kept in place of that which it was taken with. */
export type JoinedRoom = v.InferOutput<typeof JoinedRoom>;

/** What may be asked of a new room: the fields of `CreateRoom`, all optional. */
export type NewRoom = Partial<Omit<CreateRoom, "include">>;

/** What may be changed of a living room. `pin: null` takes the PIN away. */
export type RoomChange = Omit<ChangeRoom, "include">;

/**
 * Makes a room.
 *
 * @throws {ProtocolError} such as `slug-taken`, `invalid-message` (see `fields`), `rate-limited`.
 * @throws {NetworkError}
 */
export function createRoom(
  room: NewRoom = {},
  options: ApiOptions & {
    /** Where the deployment lets only some create rooms: its `CREATE_ROOM_TOKEN`. */
    bearer?: string;
  } = {},
): Promise<CreatedRoom> {
  return call(CreatedRoom, "POST", "/api/rooms", options, room);
}

/**
 * What the public may know of a room, by id or slug.
 *
 * @throws {ProtocolError} `room-not-found` and others.
 * @throws {NetworkError}
 */
export function roomInfo(
  room: string,
  options: ApiOptions = {},
): Promise<Room> {
  return call(Room, "GET", path(room), options);
}

/**
 * The listed rooms, newest first, with how many people are in each.
 *
 * @param page `limit`: 1 to 100 rooms, 50 unless told otherwise. `cursor`: of the page before.
 * @throws {ProtocolError} `unavailable`, `rate-limited`.
 * @throws {NetworkError}
 */
export function listRooms(
  page: { limit?: number; cursor?: string } = {},
  options: ApiOptions = {},
): Promise<RoomPage> {
  const query = new URLSearchParams();
  if (page.limit !== undefined) query.set("limit", String(page.limit));
  if (page.cursor !== undefined) query.set("cursor", page.cursor);
  return call(RoomPage, "GET", `/api/rooms?${query}`, options);
}

/** Who changes or closes a room: its host token, or the token of a member who is a host. */
export interface HostOptions extends ApiOptions {
  /** The host token of the room. */
  bearer: string;
}

/**
 * Changes a room. Everyone in it is told.
 *
 * @throws {ProtocolError} such as `not-allowed`, `room-not-found`, `invalid-message` (see `fields`).
 * @throws {NetworkError}
 */
export function changeRoom(
  room: string,
  change: RoomChange,
  options: HostOptions,
): Promise<Room> {
  return call(Room, "PATCH", path(room), options, change);
}

/**
 * Closes a room for everyone.
 *
 * @throws {ProtocolError} such as `not-allowed`, `room-not-found`.
 * @throws {NetworkError}
 */
export async function closeRoom(
  room: string,
  options: HostOptions,
): Promise<void> {
  await call(v.undefined(), "DELETE", path(room), options);
}

/**
 * Takes a seat. Connect within 45 s.
 *
 * @throws {ProtocolError} such as `room-full`, `room-locked`, `pin-required`, `pin-wrong`, `seat-ended`, `token-invalid`.
 * @throws {NetworkError}
 */
export function joinRoom(
  room: string,
  body: { name: string; pin?: string; role?: "speaker" | "listener" },
  options: ApiOptions & {
    /** The room's host token, to be a host; or the token of an earlier join, to be seated as the same member. */
    bearer?: string;
  } = {},
): Promise<JoinedRoom> {
  return call(JoinedRoom, "POST", `${path(room)}/join`, options, body);
}

/**
 * The servers for a member, with fresh credentials.
 *
 * @throws {ProtocolError} such as `token-invalid`, `removed`, `room-not-found`.
 * @throws {NetworkError}
 */
export function fetchIceServers(
  options: ApiOptions & {
    /** The member's token. */
    bearer: string;
  },
): Promise<IceAnswer> {
  return call(IceAnswer, "GET", "/api/ice", options);
}

function path(room: string): string {
  return `/api/rooms/${encodeURIComponent(room)}`;
}

async function call<Schema extends v.GenericSchema>(
  schema: Schema,
  method: string,
  path: string,
  options: ApiOptions & { bearer?: string },
  body?: unknown,
): Promise<v.InferOutput<Schema>> {
  const { baseUrl = "", bearer } = options;
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (bearer !== undefined) headers["authorization"] = `Bearer ${bearer}`;
  let response: Response;
  let value: unknown;
  try {
    response = await (options.fetch ?? fetch)(baseUrl + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    value = parse(text);
  } catch (cause) {
    throw new NetworkError("network", { cause });
  }
  if (!response.ok) throw problem(value, response);
  const result = v.safeParse(schema, value);
  if (!result.success) throw new NetworkError("bad-response");
  return result.output;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const Problem = v.object({
  code: v.string(),
  detail: v.optional(v.string()),
  errors: v.optional(
    v.array(v.object({ field: v.string(), message: v.string() })),
  ),
});

/** A problem document (RFC 9457) as the error that it tells of. */
function problem(
  value: unknown,
  response: Response,
): ProtocolError | NetworkError {
  const result = v.safeParse(Problem, value);
  if (!result.success || !Object.hasOwn(ERRORS, result.output.code)) {
    // A gateway that cannot reach the server answers for it.
    return new NetworkError(
      response.status >= 502 ? "network" : "bad-response",
    );
  }
  const { code, detail, errors } = result.output;
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  return new ProtocolError(code as ErrorCode, {
    message: detail,
    fields: errors,
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}
