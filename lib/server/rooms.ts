import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import {
  type ChangeRoom,
  type CreateRoom,
  type Room,
  type RoomMedia,
  type RoomType,
} from "../protocol/room.ts";
import { KEYS } from "./keys.ts";
import { newRoom } from "./new_room.ts";
import { hashPin, type PinHash } from "./pin.ts";
import { randomId } from "./random_id.ts";
import { type ListedRecord, listedRecord, pageOf } from "./room_index.ts";
import type { Entry, Store } from "./store.ts";

/** A room as kept in Deno KV. */
export interface RoomRecord {
  roomId: string;
  slug?: string;
  type: RoomType;
  name: string;
  maxParticipants: number;
  media: RoomMedia;
  e2ee: boolean;
  listed: boolean;
  locked: boolean;
  pin?: PinHash;
  topology: "mesh" | "sfu";
  /** Grows with every change: news of a room may come late or out of order. */
  revision: number;
  /** Milliseconds since 1970, as is `expiresAt`; that is absent for a persistent room. */
  createdAt: number;
  expiresAt?: number;
}

/** Some listed rooms, and where the next ones begin; absent after the last. */
export interface RoomPage {
  rooms: RoomRecord[];
  cursor?: string;
}

const ROOM_ID_LENGTH = 16;
const SLUG = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
/** Tries of one compare and set before the store counts as unavailable. Each is lost only to somebody else's success. */
const TRIES = 100;

/** Whether a room's time is over at `now`. The database deletes its records some time later. */
export function isOver(
  room: Pick<RoomRecord, "expiresAt">,
  now: number,
): boolean {
  return room.expiresAt !== undefined && room.expiresAt <= now;
}

/** A room as anyone may see it. */
export function publicRoom(record: RoomRecord): Room {
  return {
    roomId: record.roomId,
    ...record.slug !== undefined && { slug: record.slug },
    type: record.type,
    name: record.name,
    maxParticipants: record.maxParticipants,
    media: record.media,
    e2ee: record.e2ee,
    listed: record.listed,
    locked: record.locked,
    pinRequired: record.pin !== undefined,
    topology: record.topology,
    createdAt: record.createdAt,
    ...record.expiresAt !== undefined && { expiresAt: record.expiresAt },
  };
}

/** The rooms, in Deno KV. All methods throw {@linkcode ProtocolError} `unavailable` when the store cannot be reached in time. */
export class Rooms {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #newId: () => string;

  constructor(store: Store, clock: Clock, newId: () => string = randomId) {
    this.#store = store;
    this.#clock = clock;
    this.#newId = newId;
  }

  /**
   * Makes a room. Two cannot get the same slug: its record is checked in the write that makes it.
   *
   * @throws {ProtocolError} `slug-taken`.
   */
  async create(wish: CreateRoom): Promise<RoomRecord> {
    const roomId = this.#newId();
    const record = await newRoom(wish, roomId, this.#clock.now());
    const slug = await this.#freeSlug(record.slug);
    const made = await this.#store.commit({
      checks: slug ? [slug] : [],
      set: [
        ...this.#writes(record),
        ...slug
          ? [{
            key: slug.key,
            value: { roomId: record.roomId },
            ...this.#keptFor(record),
          }]
          : [],
      ],
    });
    if (made === null) throw new ProtocolError("slug-taken");
    return record;
  }

  /** The room of an id or slug, or null. Whatever text comes in: what is neither is simply not found. */
  async find(idOrSlug: string): Promise<RoomRecord | null> {
    return (await this.#entry(idOrSlug))?.value ?? null;
  }

  /**
   * Changes a living room, whatever happens to it meanwhile, and returns what it is now.
   *
   * @throws {ProtocolError} `room-not-found`; `invalid-message` when a room with a slug would have neither PIN nor place in the list.
   */
  async change(roomId: string, change: ChangeRoom): Promise<RoomRecord> {
    const { include: _, pin, media, ...rest } = change;
    const pinHash = pin ? await hashPin(pin) : undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const entry = await this.#entry(roomId);
      if (!entry) throw new ProtocolError("room-not-found");
      const before = entry.value;
      const { pin: pinBefore, ...others } = before;
      const pinAfter = pin === undefined ? pinBefore : pinHash;
      const after: RoomRecord = {
        ...others,
        ...rest,
        media: { ...before.media, ...media },
        ...pinAfter && { pin: pinAfter },
        revision: before.revision + 1,
      };
      if (after.slug !== undefined && !after.pin && !after.listed) {
        const message =
          "a slug can be guessed: the room needs a pin, or must be listed";
        const field = pin === null ? "pin" : "listed";
        throw new ProtocolError("invalid-message", {
          fields: [{ field, message }],
        });
      }
      const changed = await this.#store.commit({
        checks: [entry],
        set: this.#writes(after),
        delete: before.listed && !after.listed
          ? [KEYS.listed(before.roomId)]
          : [],
      });
      if (changed !== null) return after;
    }
    throw new ProtocolError("unavailable");
  }

  /** Deletes a room, its slug and its place in the list. A room that is gone already is fine. */
  async delete(roomId: string): Promise<void> {
    const entry = await this.#store.get<RoomRecord>(KEYS.room(roomId));
    if (!entry) return;
    const { slug } = entry.value;
    const named = slug === undefined
      ? null
      : await this.#store.get<{ roomId: string }>(KEYS.slug(slug));
    const owned = named?.value.roomId === roomId ? [named.key] : [];
    await this.#store.commit({
      delete: [entry.key, KEYS.listed(roomId), ...owned],
    });
  }

  /**
   * The listed rooms, newest first, `limit` at most from `cursor` on; a cursor that is none begins at the start. Reads the whole index, at
   * some 40 rooms per read unit, and one record per room that it returns.
   */
  async list(options: { limit: number; cursor?: string }): Promise<RoomPage> {
    const now = this.#clock.now();
    const index = await this.#store.list<ListedRecord>({
      prefix: KEYS.listedRooms,
    });
    const living = index.map(({ value }) => value)
      .filter((listed) => !isOver(listed, now));
    const { page, cursor } = pageOf(living, options);
    const found = await Promise.all(
      page.map(({ roomId }) => this.#entry(roomId)),
    );
    return {
      rooms: found.flatMap((entry) => entry?.value.listed ? [entry.value] : []),
      ...cursor !== undefined && { cursor },
    };
  }

  async #entry(idOrSlug: string): Promise<Entry<RoomRecord> | null> {
    const byId = idOrSlug.length === ROOM_ID_LENGTH && ID.test(idOrSlug)
      ? await this.#store.get<RoomRecord>(KEYS.room(idOrSlug))
      : null;
    const entry = byId ?? await this.#bySlug(idOrSlug);
    return entry && !isOver(entry.value, this.#clock.now()) ? entry : null;
  }

  async #bySlug(slug: string): Promise<Entry<RoomRecord> | null> {
    if (!SLUG.test(slug)) return null;
    const named = await this.#store.get<{ roomId: string }>(KEYS.slug(slug));
    if (!named) return null;
    return await this.#store.get<RoomRecord>(KEYS.room(named.value.roomId));
  }

  /** What must hold of a slug's record for the slug to be free: none, or one of a room that is over. */
  async #freeSlug(
    slug: string | undefined,
  ): Promise<{ key: Deno.KvKey; versionstamp: string | null } | null> {
    if (slug === undefined) return null;
    const key = KEYS.slug(slug);
    const named = await this.#store.get(key);
    const holder = named && await this.#bySlug(slug);
    if (holder && !isOver(holder.value, this.#clock.now())) {
      throw new ProtocolError("slug-taken");
    }
    return { key, versionstamp: named?.versionstamp ?? null };
  }

  #writes(record: RoomRecord) {
    const { roomId } = record;
    return [
      { key: KEYS.room(roomId), value: record, ...this.#keptFor(record) },
      ...record.listed
        ? [{
          key: KEYS.listed(roomId),
          value: listedRecord(record),
          ...this.#keptFor(record),
        }]
        : [],
    ];
  }

  #keptFor({ expiresAt }: RoomRecord): { expireIn?: number } {
    if (expiresAt === undefined) return {};
    return { expireIn: Math.max(1, expiresAt - this.#clock.now()) };
  }
}
