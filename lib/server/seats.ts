import { type Clock, delay } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { SEAT_KEPT_MS } from "../protocol/limits.ts";
import { type PeerInfo } from "../protocol/messages.ts";
import { LEASE_LIFE_MS } from "./lease.ts";
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
import { changeTo } from "./roster.ts";
import { SeatClocks } from "./seat_clocks.ts";
import type { Entry } from "./store.ts";
import type { Switchboard } from "./switchboard.ts";

const STORE_AGAIN_MS = 2_000;

/** The seats that this instance gives, keeps and ends: each change is written first and told to the room then. */
export class Seats {
  readonly #members: Members;
  readonly #switchboard: Switchboard;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #clocks: SeatClocks;
  #closed = false;

  constructor(
    members: Members,
    switchboard: Switchboard,
    clock: Clock,
    log: Log,
  ) {
    this.#members = members;
    this.#switchboard = switchboard;
    this.#clock = clock;
    this.#log = log;
    this.#clocks = new SeatClocks(clock, (entry) => this.#runOut(entry));
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

  /** The member has connected: nothing ends its seat now. */
  occupied(roomId: string, memberId: string): void {
    this.#clocks.stop(roomId, memberId);
  }

  /** Changes what a member connected here says of itself. */
  async change(seated: Seated, change: MemberState): Promise<void> {
    const entry = await this.#members.change(seated.entry, change);
    if (!entry) throw new ProtocolError("seat-ended");
    seated.entry = entry;
    await this.#switchboard.announce(changeTo(entry));
  }

  /** The member's connection is lost: its seat is kept for 45 s from now. Goes on trying while the store cannot be reached. */
  async vacate(seated: Seated): Promise<void> {
    const lostAt = this.#clock.monotonic();
    while (!this.#closed) {
      try {
        const entry = await this.#members.change(seated.entry, {
          state: "away",
        });
        if (!entry) return;
        this.#clocks.start(
          entry,
          SEAT_KEPT_MS - (this.#clock.monotonic() - lostAt),
        );
        return await this.#switchboard.announce(changeTo(entry));
      } catch (error) {
        this.#log.warn("vacate-failed", { error });
        await delay(this.#clock, STORE_AGAIN_MS);
      }
    }
  }

  /** Ends a seat at once. */
  async end(
    roomId: string,
    memberId: string,
    reason: LeaveReason,
  ): Promise<void> {
    const before = await this.#members.get(roomId, memberId);
    const versionstamp = await this.#members.remove(roomId, memberId, reason);
    if (versionstamp === null) return;
    this.#clocks.stop(roomId, memberId);
    await this.#switchboard.announce({
      roomId,
      memberId,
      record: null,
      versionstamp,
      reason,
    }, before?.value.instanceId);
  }

  /** Looks after the seats of an instance that is gone. Their 45 s began when it was last heard of. */
  async takeOver(instanceId: string): Promise<void> {
    for (const entry of await this.#members.ofInstance(instanceId)) {
      const adopted = await this.#members.adopt(entry);
      if (!adopted) continue;
      this.#clocks.start(adopted, SEAT_KEPT_MS - LEASE_LIFE_MS);
      await this.#switchboard.announce(changeTo(adopted), instanceId);
    }
  }

  close(): void {
    this.#closed = true;
    this.#clocks.close();
  }

  /** A seat's clock has run out: ends it, if nothing has happened to it since. */
  async #runOut(entry: Entry<MemberRecord>): Promise<void> {
    const { roomId, memberId } = entry.value;
    const versionstamp = await this.#members.end(entry, "timeout");
    if (versionstamp === null) return;
    await this.#switchboard.announce({
      roomId,
      memberId,
      record: null,
      versionstamp,
      reason: "timeout",
    });
  }
}
