import { type Clock, delay, SYSTEM_CLOCK } from "../protocol/clock.ts";
import type { PeerInfo, Role } from "../protocol/messages.ts";
import { AccessLimits } from "./access_limits.ts";
import type { Bus } from "./bus.ts";
import { closeRoom, type House } from "./house.ts";
import { Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import type { SeatRequest } from "./member_record.ts";
import { Members } from "./members.ts";
import { type Random, randomId } from "./random_id.ts";
import { Reception } from "./reception.ts";
import { type RoomRecord, Rooms } from "./rooms.ts";
import { Seats } from "./seats.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";
import { Switchboard } from "./switchboard.ts";
import { Tokens } from "./tokens.ts";

/** What an instance is given. */
export interface InstanceParts {
  settings: Settings;
  store: Store;
  bus: Bus;
  log: Log;
  clock?: Clock;
  /** Where ids come from; `crypto.getRandomValues` but in simulations. */
  random?: Random;
}

/** Whether an instance can serve, and what of it works. */
export interface Readiness {
  ready: boolean;
  instanceId: string;
  store: "ok" | "unavailable";
}

const PROOF_LIFE_MS = 5_000;

/** For how long an instance that is going waits for its clients to move, of the 5 s that a platform gives it. */
const MOVING_MS = 1_000;

/**
 * One running copy of the server. Any number run and none is special: the truth lies in Deno KV; an instance holds connections, a view of
 * the rooms that they are in, and the clocks of the seats that it looks after.
 */
export class Instance implements House {
  readonly id: string;
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly tokens: Tokens;
  readonly rooms: Rooms;
  readonly members: Members;
  readonly switchboard: Switchboard;
  readonly seats: Seats;
  readonly lease: Lease;
  readonly reception: Reception;
  readonly limits: AccessLimits;
  readonly #bus: Bus;
  #provenAt = -Infinity;

  constructor(
    { settings, store, bus, log, clock = SYSTEM_CLOCK, random }: InstanceParts,
  ) {
    const newId = () => randomId(random);
    this.id = newId();
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.log = log;
    this.#bus = bus;
    this.tokens = new Tokens(settings, clock, newId);
    this.rooms = new Rooms(store, clock, newId);
    this.members = new Members(store, clock, this.id, newId);
    this.switchboard = new Switchboard(this.id, bus, this.members, clock, log);
    this.seats = new Seats(this.members, this.switchboard, clock, log);
    this.lease = new Lease(store, clock, log, this.id, {
      hasSeats: () => this.switchboard.size > 0 || this.seats.kept > 0,
      takeOver: (instanceId) => this.seats.takeOver(instanceId),
    });
    this.reception = new Reception(this, settings.limits, clock);
    this.limits = new AccessLimits(settings.limits, store, clock);
    this.switchboard.onExpired = (room) =>
      void this.closeRoom(room).catch((error) =>
        log.warn("room-expiry-failed", { error })
      );
    this.lease.start();
  }

  /** Takes a seat in a room for somebody who will connect within 45 s. Throws as {@linkcode Members.seat}. */
  async takeSeat(
    room: RoomRecord,
    request: SeatRequest,
  ): Promise<
    { memberId: string; name: string; role: Role; peers: PeerInfo[] }
  > {
    await this.lease.hold();
    const { record: { memberId, name, role }, peers } = await this.seats.take(
      room.roomId,
      request,
    );
    return { memberId, name, role, peers };
  }

  /** How many members of a room others are shown. */
  async occupancy(roomId: string): Promise<number> {
    const members = await this.members.list(roomId);
    return members.filter(({ value }) => value.state !== "joined").length;
  }

  /** Tells everyone in a room what it is now. */
  roomChanged(room: RoomRecord): Promise<void> {
    return this.switchboard.roomChanged(room);
  }

  /** Closes a room for everyone in it. */
  closeRoom(room: RoomRecord): Promise<void> {
    return closeRoom(this, room);
  }

  /** Whether this instance can serve, proven by its store no longer than 5 s ago. */
  async ready(): Promise<Readiness> {
    let store: Readiness["store"] = "ok";
    if (this.clock.monotonic() - this.#provenAt > PROOF_LIFE_MS) {
      try {
        await this.store.probe(this.id);
        this.#provenAt = this.clock.monotonic();
      } catch {
        store = "unavailable";
      }
    }
    return { ready: store === "ok", instanceId: this.id, store };
  }

  /** Goes in good order: clients are told to move and given a second, and others may take over at once. Never throws. */
  async close(): Promise<void> {
    this.reception.startMoving();
    if (this.switchboard.size > 0) await delay(this.clock, MOVING_MS);
    this.reception.finishMoving();
    await this.lease.close().catch((error) =>
      this.log.warn("lease-close-failed", { error })
    );
    this.seats.close();
    this.switchboard.close();
    this.#bus.close();
    await this.store.close();
  }
}
