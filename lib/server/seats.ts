import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { SEAT_KEPT_MS } from "../protocol/limits.ts";
import { type PeerInfo } from "../protocol/messages.ts";
import type { Seated } from "./live_room.ts";
import type { Log } from "./log.ts";
import {
  type LeaveReason,
  type MemberRecord,
  type MemberState,
  peerInfo,
  type SeatRequest,
} from "./member_record.ts";
import type { Members } from "./members.ts";
import { changeTo, endOf } from "./roster.ts";
import { SeatClocks } from "./seat_clocks.ts";
import type { Versioned } from "./store.ts";
import type { Switchboard } from "./switchboard.ts";
import { Timers } from "./timers.ts";

const STORE_AGAIN_MS = 2_000;
/** How often, and for how long after a change was given up, the seats are compared with the records. */
const AUDIT_MS = 10_000;
const AUDITS_LAST_MS = 120_000;

/** The seats that this instance gives, keeps and ends: each change is written first and told to the room then. */
export class Seats {
  readonly #instanceId: string;
  readonly #members: Members;
  readonly #switchboard: Switchboard;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #clocks: SeatClocks;
  readonly #timers: Timers;
  /** Seats whose members are on the way in, and by how many connections. */
  readonly #entering = new Map<string, number>();
  /** Rooms in which somebody's end was given up: it may happen all the same, and be told nobody. */
  readonly #unsure = new Set<string>();
  #auditUntil = -Infinity;
  #auditing = false;
  #closed = false;

  constructor(
    instanceId: string,
    members: Members,
    switchboard: Switchboard,
    clock: Clock,
    log: Log,
  ) {
    this.#instanceId = instanceId;
    this.#members = members;
    this.#switchboard = switchboard;
    this.#clock = clock;
    this.#log = log;
    this.#clocks = new SeatClocks(clock, (entry) => this.#runOut(entry));
    this.#timers = new Timers(clock);
  }

  /** Seats that are kept here for somebody who is not connected. */
  get kept(): number {
    return this.#clocks.size;
  }

  /** Takes a seat for somebody who will connect within 45 s, and tells who is there. Throws as {@linkcode Members.seat}. */
  async take(
    roomId: string,
    request: SeatRequest,
  ): Promise<{ record: MemberRecord; peers: PeerInfo[] }> {
    const { value: record, ...entry } = await this.#members.seat(
      roomId,
      request,
    );
    if (record.state === "joined") {
      const { memberId, role } = record;
      this.#log.info("member-joined", { roomId, memberId, role });
      this.#clocks.start({ ...entry, value: record }, SEAT_KEPT_MS);
    }
    const members = await this.#members.list(roomId);
    const peers = members.map(({ value }) => value)
      .filter(({ memberId, state }) =>
        memberId !== record.memberId && state !== "joined"
      )
      .map(peerInfo);
    return { record, peers };
  }

  /** The member is on the way in, until `done`: what its record says meanwhile is no reason to worry. */
  async entering(
    roomId: string,
    memberId: string,
    done: Promise<void>,
  ): Promise<void> {
    const seat = `${roomId} ${memberId}`;
    const count = (by: number) => {
      const now = (this.#entering.get(seat) ?? 0) + by;
      if (now === 0) this.#entering.delete(seat);
      else this.#entering.set(seat, now);
    };
    count(1);
    try {
      await done;
    } finally {
      count(-1);
    }
  }

  /** The member has connected: nothing ends its seat now. */
  occupied(roomId: string, memberId: string): void {
    this.#clocks.stop(roomId, memberId);
  }

  /** Changes what a member connected here says of itself. */
  async change(seated: Seated, change: MemberState): Promise<void> {
    const entry = await this.surely(
      seated.entry.value.roomId,
      this.#members.change(seated.entry, change),
    );
    if (!entry) {
      // Its seat may have ended without anybody having been told.
      await this.#switchboard.suspect(seated.entry.value.roomId);
      throw new ProtocolError("seat-ended");
    }
    seated.entry = entry;
    await this.#switchboard.announce(changeTo(entry));
  }

  /** The member's connection is lost: its seat is kept for 45 s from now. Goes on trying while the store cannot be reached. */
  async vacate({ entry }: Pick<Seated, "entry">): Promise<void> {
    const lostAt = this.#clock.monotonic();
    while (!this.#closed) {
      try {
        const away = await this.#members.change(entry, { state: "away" });
        if (!away) return await this.#announceIfEnded(entry);
        const { roomId, memberId } = away.value;
        this.#log.info("member-away", { roomId, memberId });
        this.#clocks.start(
          away,
          SEAT_KEPT_MS - (this.#clock.monotonic() - lostAt),
        );
        return await this.#switchboard.announce(changeTo(away));
      } catch (error) {
        this.#log.warn("vacate-failed", { error });
        await this.#timers.pause(STORE_AGAIN_MS);
      }
    }
  }

  /**
   * Ends a seat at once.
   *
   * @param generation of the connection that it is ended for; none: whatever has become of the seat meanwhile.
   */
  async end(
    roomId: string,
    memberId: string,
    reason: LeaveReason,
    generation?: number,
  ): Promise<void> {
    const before = await this.#members.get(roomId, memberId);
    const versionstamp = await this.surely(
      roomId,
      this.#members.remove(roomId, memberId, reason, generation),
    );
    // Ended already, perhaps by a change that was given up, or whose reply was lost.
    if (versionstamp === null) return await this.#switchboard.suspect(roomId);
    this.#clocks.stop(roomId, memberId);
    this.#log.info("member-left", { roomId, memberId, reason });
    const change = { roomId, memberId, record: null, versionstamp, reason };
    await this.#switchboard.announce(change, before?.value.instanceId);
  }

  /** What comes of a change to seats in a room. One that is given up may happen all the same: the room is read again until it cannot. */
  async surely<T>(roomId: string, change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      this.#unsure.add(roomId);
      this.doubt();
      throw error;
    }
  }

  /**
   * Looks after the seats of an instance that is gone. Their 45 s began when it was last heard of, at `heardAt` by the monotonic clock; of
   * who was away before, when its own calendar, which showed `at` then, says so. `hold` is called before the first is adopted.
   */
  async takeOver(
    instanceId: string,
    at: number,
    heardAt: number,
    hold: () => Promise<void>,
  ): Promise<void> {
    const left = await this.#members.ofInstance(instanceId);
    if (left.length > 0) await hold();
    for (const entry of left) {
      const { state, since } = entry.value;
      const before = state === "here" ? 0 : at - since;
      const agoMs = this.#clock.monotonic() - heardAt +
        Math.min(Math.max(0, before), SEAT_KEPT_MS);
      const adopted = await this.#members.adopt(entry, agoMs);
      if (!adopted) continue;
      const { roomId, memberId } = adopted.value;
      this.#log.info("seat-taken-over", {
        roomId,
        memberId,
        otherInstanceId: instanceId,
      });
      this.#clocks.start(adopted, Math.max(0, SEAT_KEPT_MS - agoMs));
      await this.#switchboard.announce(changeTo(adopted), instanceId);
    }
  }

  /** A change was given up, and may happen all the same: for two minutes the seats are compared with the records. */
  doubt(): void {
    this.#auditUntil = this.#clock.monotonic() + AUDITS_LAST_MS;
    if (!this.#auditing) void this.#audits();
  }

  close(): void {
    this.#closed = true;
    this.#timers.close();
    this.#clocks.close();
  }

  async #audits(): Promise<void> {
    this.#auditing = true;
    while (!this.#closed && this.#clock.monotonic() < this.#auditUntil) {
      await this.#timers.pause(AUDIT_MS);
      if (this.#closed) break;
      await this.#audit().catch((error) => {
        this.#auditUntil += AUDIT_MS;
        this.#log.warn("audit-failed", { error });
      });
    }
    this.#auditing = false;
    this.#unsure.clear();
  }

  async #audit(): Promise<void> {
    for (const roomId of this.#unsure) await this.#switchboard.suspect(roomId);
    const mine = await this.#members.ofInstance(this.#instanceId);
    for (const entry of mine) await this.#lookAfter(entry);
    const held = new Set(mine.map(({ value }) => seatOf(value)));
    for (const { entry } of [...this.#switchboard.seated()]) {
      const { roomId, memberId } = entry.value;
      if (held.has(seatOf(entry.value))) continue;
      const record = await this.#members.get(roomId, memberId);
      if (record) this.#switchboard.take(changeTo(record));
      else await this.#announceEnd(entry);
    }
  }

  /** A record says that this instance looks after a seat: makes that true. */
  async #lookAfter(entry: Versioned<MemberRecord>): Promise<void> {
    const { roomId, memberId, state, incarnation, generation } = entry.value;
    if (
      this.#clocks.has(roomId, memberId) ||
      this.#entering.has(seatOf(entry.value))
    ) return;
    const seated = this.#switchboard.find(roomId, memberId);
    if (seated && seated.entry.value.generation >= generation) return;
    // A connection got this seat that was refused then. An older one of the same page goes on in its place.
    const isSamePage = seated?.entry.value.incarnation === incarnation;
    if (seated && isSamePage && state === "here") {
      seated.entry = entry;
      return await this.#switchboard.announce(changeTo(entry));
    }
    seated?.connection.bye("internal");
    if (state === "here") void this.vacate({ entry });
    else this.#clocks.start(entry, SEAT_KEPT_MS);
  }

  /** A seat's clock has run out: ends it, if nothing has happened to it since. */
  async #runOut(entry: Versioned<MemberRecord>): Promise<void> {
    const { roomId, memberId } = entry.value;
    const versionstamp = await this.#members.end(entry, "timeout");
    if (versionstamp === null) return await this.#announceIfEnded(entry);
    this.#log.info("member-left", { roomId, memberId, reason: "timeout" });
    await this.#switchboard.announce({
      roomId,
      memberId,
      record: null,
      versionstamp,
      reason: "timeout",
    });
  }

  /** A seat is no longer this instance's. If it has ended, that may have been by a change that was given up, and told nobody. */
  async #announceIfEnded(entry: Versioned<MemberRecord>): Promise<void> {
    const { roomId, memberId } = entry.value;
    const record = await this.#members.get(roomId, memberId);
    if (!record) await this.#announceEnd(entry);
  }

  /** Tells of a seat's end that was found out later. Who knows it already takes no notice. */
  async #announceEnd(
    { value: { roomId, memberId }, versionstamp }: Versioned<MemberRecord>,
  ): Promise<void> {
    const reason = await this.#members.whyEnded(roomId, memberId);
    const end = endOf(roomId, memberId, versionstamp);
    await this.#switchboard.announce({ ...end, reason });
  }
}

function seatOf({ roomId, memberId }: MemberRecord): string {
  return `${roomId} ${memberId}`;
}
