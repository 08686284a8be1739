import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { RETURN_MS, TOKEN_LIFE_MS } from "../protocol/limits.ts";
import { CALENDARS_DIFFER_MS } from "./calendars.ts";
import { KEYS } from "./keys.ts";
import type {
  EndedRecord,
  LeaveReason,
  MemberRecord,
  MemberState,
  SeatRequest,
} from "./member_record.ts";
import { isOver, type RoomRecord } from "./rooms.ts";
import type { Entry, Store, Versioned } from "./store.ts";

/** What came of connecting a member. */
export interface Entered {
  entry: Versioned<MemberRecord>;
  /** The incarnation that the page asked for goes on. */
  resumed: boolean;
  /** A new incarnation begins. Neither: the page's last attempt began one, and was not answered. */
  begun: boolean;
  /** The instance that looked after the seat until now. */
  before: string;
}

/** Tries of one compare and set before the store counts as unavailable. Each is lost only to another instance's success. */
const TRIES = 100;
/** How long the place of a seat that has ended by time is kept: whoever's calendar looks, the 2 minutes are granted. */
const ENDED_KEPT_MS = RETURN_MS + CALENDARS_DIFFER_MS;
/** How long a room's roster key is kept after a change: longer than any write of a seat can be under way. */
const ROSTER_KEPT_MS = 86_400_000;

/** What a page has said of itself as long as it has said nothing: one for all of them. */
const UNSAID = { tracks: {}, presence: {}, cloudflareSession: undefined };

/**
 * The members of all rooms, in Deno KV. Every change is one atomic write that checks the version it stands on; seats are given while the
 * room's roster key is checked, so two people never get the last one.
 *
 * All methods throw {@linkcode ProtocolError} `unavailable` when the store cannot be reached in time.
 */
export class Members {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #instanceId: string;
  readonly #newId: () => string;
  /** Seats of one room are given one after the other here, so that only other instances can get in between. */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(
    store: Store,
    clock: Clock,
    instanceId: string,
    newId: () => string,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#instanceId = instanceId;
    this.#newId = newId;
  }

  /** Everyone who has a seat in a room. */
  list(roomId: string): Promise<Entry<MemberRecord>[]> {
    return this.#store.list<MemberRecord>({ prefix: KEYS.members(roomId) });
  }

  get(roomId: string, memberId: string): Promise<Entry<MemberRecord> | null> {
    return this.#store.get<MemberRecord>(KEYS.member(roomId, memberId));
  }

  /** The seats that an instance looks after. */
  async ofInstance(instanceId: string): Promise<Entry<MemberRecord>[]> {
    const places = await this.#store.list({ prefix: KEYS.seatsOf(instanceId) });
    const entries = await Promise.all(
      places.map(({ key }) => this.get(key[2] as string, key[3] as string)),
    );
    return entries.filter((entry) =>
      entry?.value.instanceId === instanceId
    ) as Entry<MemberRecord>[];
  }

  /**
   * Takes a seat. A member that still has one keeps it; one whose seat ended by time gets another under its id, if one is free.
   *
   * @throws {ProtocolError} `room-not-found`, `room-locked`, `room-full`, `removed`, `seat-ended`.
   */
  seat(roomId: string, request: SeatRequest): Promise<Versioned<MemberRecord>> {
    const before = this.#lines.get(roomId) ?? Promise.resolve();
    const seated = before.then(() => this.#seat(roomId, request));
    const line = seated.catch(() => {}).then(() => {
      if (this.#lines.get(roomId) === line) this.#lines.delete(roomId);
    });
    this.#lines.set(roomId, line);
    return seated;
  }

  async #seat(
    roomId: string,
    { name, role, memberId }: SeatRequest,
  ): Promise<Versioned<MemberRecord>> {
    for (let tries = 0; tries < TRIES; tries++) {
      // The roster before the list: whoever comes or goes after this moment makes the commit fail.
      const [room, roster] = await Promise.all([
        this.#store.get<RoomRecord>(KEYS.room(roomId)),
        this.#store.get(KEYS.roster(roomId)),
      ]);
      const seats = await this.list(roomId);
      if (!room || isOver(room.value, this.#clock.now())) {
        throw new ProtocolError("room-not-found");
      }
      const mine = seats.find(({ value }) => value.memberId === memberId);
      if (mine) return mine;
      const ended = memberId === undefined
        ? undefined
        : await this.#ended(roomId, memberId);
      if (room.value.locked && role !== "host") {
        throw new ProtocolError("room-locked");
      }
      if (seats.length >= room.value.maxParticipants) {
        throw new ProtocolError("room-full");
      }

      const record: MemberRecord = {
        roomId,
        memberId: memberId ?? this.#newId(),
        name: ended?.name ?? name,
        role: ended?.role ?? role,
        state: "joined",
        incarnation: ended?.incarnation ?? 0,
        formerly: ended?.formerly,
        generation: ended?.generation ?? 0,
        instanceId: this.#instanceId,
        since: this.#clock.now(),
        ...UNSAID,
      };
      const key = KEYS.member(roomId, record.memberId);
      const versionstamp = await this.#store.commit({
        checks: [
          { key: room.key, versionstamp: room.versionstamp },
          {
            key: KEYS.roster(roomId),
            versionstamp: roster?.versionstamp ?? null,
          },
          { key, versionstamp: null },
        ],
        set: [
          { key, value: record },
          rosterChanged(roomId),
          {
            key: KEYS.seatOf(this.#instanceId, roomId, record.memberId),
            value: {},
          },
        ],
        delete: ended ? [KEYS.ended(roomId, record.memberId)] : [],
      });
      if (versionstamp !== null) return { value: record, versionstamp };
    }
    throw new ProtocolError("unavailable", { retryAfter: 1_000 });
  }

  /** Why a seat ended that is no longer there, by what remains of it. */
  async whyEnded(roomId: string, memberId: string): Promise<LeaveReason> {
    const [removed, ended] = await Promise.all([
      this.#store.get(KEYS.removed(roomId, memberId)),
      this.#store.get(KEYS.ended(roomId, memberId)),
    ]);
    return removed ? "removed" : ended ? "timeout" : "left";
  }

  /** What remains of a member's seat. */
  async #ended(roomId: string, memberId: string): Promise<EndedRecord> {
    const [removed, ended] = await Promise.all([
      this.#store.get(KEYS.removed(roomId, memberId)),
      this.#store.get<EndedRecord>(KEYS.ended(roomId, memberId)),
    ]);
    if (removed) throw new ProtocolError("removed");
    if (!ended || this.#clock.now() - ended.value.since > ENDED_KEPT_MS) {
      throw new ProtocolError("seat-ended");
    }
    return ended.value;
  }

  /**
   * Connects a member here. With the incarnation that its record has the page is resumed, without one the next begins.
   *
   * @returns what came of it; or the reason for which the connection must be refused. `moving`: another one has come meanwhile. Which of
   * them has a page that still waits cannot be known; if this one has, that comes again.
   */
  async enter(
    roomId: string,
    seat: SeatRequest & { memberId: string },
    incarnation: number | undefined,
  ): Promise<Entered | "bad-request" | "taken-over" | "moving"> {
    let generation = Infinity;
    for (let tries = 0; tries < TRIES; tries++) {
      const held = await this.get(roomId, seat.memberId);
      const before = held ?? await this.seat(roomId, seat);
      if (before.value.generation > generation) return "moving";
      generation = before.value.generation;
      const { incarnation: current, formerly, state } = before.value;
      if (incarnation !== undefined && incarnation > current) {
        return "bad-request";
      }
      if (
        incarnation !== undefined && incarnation < current &&
        incarnation !== formerly
      ) return "taken-over";
      // For who lost its seat in the meantime the others have forgotten the pair, so a new incarnation begins.
      const begun = incarnation === undefined || state === "joined";
      const entry = await this.#replace(before, {
        state: "here",
        ...begun && {
          incarnation: current + 1,
          formerly: incarnation,
          // What the last page said of itself went with it: its hand is down, and its microphone off.
          ...UNSAID,
        },
        generation: generation + 1,
        instanceId: this.#instanceId,
        since: this.#clock.now(),
      });
      if (!entry) continue;
      const resumed = !begun && incarnation === current;
      return { entry, resumed, begun, before: before.value.instanceId };
    }
    throw new ProtocolError("unavailable", { retryAfter: 1_000 });
  }

  /** Changes a record that this instance holds. Null: it is no longer ours to change (another connection, or the seat has ended). */
  async change(
    entry: Versioned<MemberRecord>,
    change: MemberState & { state?: "away" },
  ): Promise<Versioned<MemberRecord> | null> {
    const patch = change.state
      ? { ...change, since: this.#clock.now() }
      : change;
    let current: Versioned<MemberRecord> | null = entry;
    for (let tries = 0; tries < TRIES && current; tries++) {
      const { generation, instanceId }: MemberRecord = current.value;
      if (
        generation !== entry.value.generation || instanceId !== this.#instanceId
      ) return null;
      const changed = await this.#replace(current, patch);
      if (changed) return changed;
      current = await this.get(entry.value.roomId, entry.value.memberId);
    }
    return null;
  }

  /**
   * Takes over a seat whose instance is gone: the member counts as away until it connects. Null: somebody was faster.
   *
   * @param agoMs how long ago the member was last there.
   */
  adopt(
    entry: Versioned<MemberRecord>,
    agoMs: number,
  ): Promise<Versioned<MemberRecord> | null> {
    return this.#replace(entry, {
      state: entry.value.state === "here" ? "away" : entry.value.state,
      instanceId: this.#instanceId,
      since: this.#clock.now() - agoMs,
    });
  }

  /**
   * Takes back a member that is connected here and was adopted by another instance. Null: it has connected elsewhere since, or its seat has
   * ended.
   */
  async reclaim(
    entry: Versioned<MemberRecord>,
  ): Promise<Pick<Entered, "entry" | "before"> | null> {
    const { roomId, memberId, generation } = entry.value;
    for (let tries = 0; tries < TRIES; tries++) {
      const held = await this.get(roomId, memberId);
      if (held?.value.generation !== generation) return null;
      const back = await this.#replace(held, {
        state: "here",
        generation: generation + 1,
        instanceId: this.#instanceId,
        since: this.#clock.now(),
      });
      if (back) return { entry: back, before: held.value.instanceId };
    }
    throw new ProtocolError("unavailable", { retryAfter: 1_000 });
  }

  /** Ends a seat, if its record has not changed. Returns the version of its end; null: it has changed. */
  async end(
    entry: Versioned<MemberRecord>,
    reason: LeaveReason,
  ): Promise<string | null> {
    const {
      roomId,
      memberId,
      instanceId,
      name,
      role,
      incarnation,
      formerly,
      generation,
      since,
    } = entry.value;
    const ended: EndedRecord = {
      name,
      role,
      incarnation,
      formerly,
      generation,
      since,
    };
    const key = KEYS.member(roomId, memberId);
    return await this.#store.commit({
      checks: [{ key, versionstamp: entry.versionstamp }],
      set: [
        rosterChanged(roomId),
        ...reason === "timeout"
          ? [{
            key: KEYS.ended(roomId, memberId),
            value: ended,
            expireIn: ENDED_KEPT_MS,
          }]
          : [],
        ...reason === "removed"
          ? [{
            key: KEYS.removed(roomId, memberId),
            value: {},
            expireIn: TOKEN_LIFE_MS,
          }]
          : [],
      ],
      delete: [key, KEYS.seatOf(instanceId, roomId, memberId)],
    });
  }

  /** Ends a seat whatever its record says by now; with a `generation` only while it has that. Null: there is none. */
  async remove(
    roomId: string,
    memberId: string,
    reason: LeaveReason,
    generation?: number,
  ): Promise<string | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const entry = await this.get(roomId, memberId);
      if (!entry) return null;
      if ((generation ?? entry.value.generation) !== entry.value.generation) {
        return null;
      }
      const versionstamp = await this.end(entry, reason);
      if (versionstamp !== null) return versionstamp;
    }
    throw new ProtocolError("unavailable", { retryAfter: 1_000 });
  }

  /** Ends every seat of a room that is closed. */
  async clear(roomId: string): Promise<Entry<MemberRecord>[]> {
    const seats = await this.list(roomId);
    await this.#store.commit({
      delete: [
        KEYS.roster(roomId),
        ...seats.flatMap((
          { key, value },
        ) => [key, KEYS.seatOf(value.instanceId, roomId, value.memberId)]),
      ],
    });
    return seats;
  }

  async #replace(
    before: Versioned<MemberRecord>,
    patch: Partial<MemberRecord>,
  ): Promise<Versioned<MemberRecord> | null> {
    const value = { ...before.value, ...patch };
    const { roomId, memberId } = value;
    const key = KEYS.member(roomId, memberId);
    const moved = value.instanceId !== before.value.instanceId;
    const versionstamp = await this.#store.commit({
      checks: [{ key, versionstamp: before.versionstamp }],
      set: [
        { key, value },
        ...moved
          ? [{
            key: KEYS.seatOf(value.instanceId, roomId, memberId),
            value: {},
          }]
          : [],
      ],
      delete: moved
        ? [KEYS.seatOf(before.value.instanceId, roomId, memberId)]
        : [],
    });
    return versionstamp === null ? null : { value, versionstamp };
  }
}

/** What every change to who has a seat writes, so that a seat that is given meanwhile is not. */
function rosterChanged(roomId: string) {
  return { key: KEYS.roster(roomId), value: {}, expireIn: ROSTER_KEPT_MS };
}
