import { type Clock, delay, SYSTEM_CLOCK } from "../protocol/clock.ts";
import type { PeerInfo, Role } from "../protocol/messages.ts";
import { AccessLimits } from "./access_limits.ts";
import { Bus } from "./bus/bus.ts";
import type { Carrier } from "./bus/carrier.ts";
import { KvCarrier } from "./bus/carrier_kv.ts";
import { closeRoom, type House } from "./house.ts";
import { Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import type { SeatRequest } from "./member_record.ts";
import { Members } from "./members.ts";
import { Metrics } from "./metrics.ts";
import { observeStore } from "./observation.ts";
import { type Random, randomId } from "./random_id.ts";
import { Reception } from "./reception.ts";
import { type RoomRecord, Rooms } from "./rooms.ts";
import { Seats } from "./seats.ts";
import type { Settings } from "./settings.ts";
import { SocketCount } from "./socket_count.ts";
import type { Store } from "./store.ts";
import { Switchboard } from "./switchboard.ts";
import { Tokens } from "./tokens.ts";

/** What an instance is given. */
export interface InstanceParts {
  settings: Settings;
  store: Store;
  /** Ways to other instances that are nearer than the store, best first. */
  carriers: readonly Carrier[];
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
  /** Of the store: without it this instance hears of others only now and then. */
  watch: "ok" | "unavailable";
}

const PROOF_LIFE_MS = 5_000;

/** What an instance that is going does with the 5 s that a platform gives it: waits for its clients to move, and for its last news to go out. */
const MOVING_MS = 2_500;
const MOVING_LOOK_MS = 50;
const FLUSH_MS = 1_000;

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
  readonly metrics = new Metrics();
  readonly tokens: Tokens;
  readonly rooms: Rooms;
  readonly members: Members;
  readonly switchboard: Switchboard;
  readonly seats: Seats;
  readonly lease: Lease;
  readonly reception: Reception;
  readonly limits: AccessLimits;
  readonly sockets: SocketCount;
  readonly #bus: Bus;
  readonly #mail: KvCarrier;
  #provenAt = -Infinity;

  constructor(
    { settings, store, carriers, log: lines, clock = SYSTEM_CLOCK, random }:
      InstanceParts,
  ) {
    const newId = () => randomId(random);
    this.id = newId();
    const log = lines.with({ instanceId: this.id });
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.log = log;
    observeStore(store, this.metrics, clock);
    this.#mail = new KvCarrier(store, clock, log, this.metrics);
    this.#bus = new Bus({
      instanceId: this.id,
      carriers: [...carriers, this.#mail],
      clock,
      log,
      metrics: this.metrics,
    });
    this.tokens = new Tokens(settings, clock, newId);
    this.rooms = new Rooms(store, clock, newId);
    this.members = new Members(store, clock, this.id, newId);
    this.switchboard = new Switchboard(
      this.id,
      this.#bus,
      this.members,
      this.rooms,
      clock,
      log,
    );
    this.seats = new Seats(
      this.id,
      this.members,
      this.switchboard,
      clock,
      log,
    );
    this.lease = new Lease(store, clock, log, this.id, {
      hasSeats: () => this.switchboard.size > 0 || this.seats.kept > 0,
      takeOver: async (...of) => {
        await this.seats.takeOver(...of, () => this.lease.hold());
        this.metrics.takeovers.inc();
      },
      gone: () => this.switchboard.doubt(),
      starved: () => {
        log.warn("instance-starved");
        this.reception.adviseToMove();
      },
    }, this.#mail.bell);
    store.onOverdue = () => this.seats.doubt();
    this.reception = new Reception(this, settings.limits, clock);
    this.limits = new AccessLimits(settings, store, clock);
    this.sockets = new SocketCount(settings.limits);
    this.switchboard.onExpired = (room) =>
      void this.closeRoom(room).catch((error) =>
        log.warn("room-expiry-failed", { error })
      );
    this.metrics.describe(this.id, () => ({
      sockets: this.sockets.open,
      members: [...this.switchboard.seated()].length,
      rooms: this.switchboard.size,
      keptSeats: this.seats.kept,
      overdueKvOperations: store.overdue,
    }));
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

  /** Whether this instance can serve: it is not going, and its store takes a write and tells of it, proven no longer than 5 s ago. */
  async ready(): Promise<Readiness> {
    const of = { instanceId: this.id };
    if (this.reception.isMoving) {
      return { ready: false, ...of, store: "ok", watch: "ok" };
    }
    if (this.clock.monotonic() - this.#provenAt <= PROOF_LIFE_MS) {
      return { ready: true, ...of, store: "ok", watch: "ok" };
    }
    const proof = await this.#mail.bell.prove();
    if (proof === "heard") this.#provenAt = this.clock.monotonic();
    return {
      ready: proof === "heard",
      ...of,
      store: proof === "unavailable" ? "unavailable" : "ok",
      watch: proof === "heard" ? "ok" : "unavailable",
    };
  }

  /** Goes in good order, in less than 5 s: clients are told to move, others may take over at once. Never throws. */
  async close(): Promise<void> {
    this.log.info("instance-moving", { count: this.metrics.connections });
    this.reception.startMoving();
    const leaseClosed = this.lease.close().catch((error) =>
      this.log.warn("lease-close-failed", { error })
    );
    const startedAt = this.clock.monotonic();
    while (
      this.switchboard.size > 0 &&
      this.clock.monotonic() - startedAt < MOVING_MS
    ) await delay(this.clock, MOVING_LOOK_MS);
    this.reception.finishMoving();
    this.seats.close();
    this.switchboard.close();
    await Promise.all([leaseClosed, this.#bus.flush(FLUSH_MS)]);
    await this.#bus.close();
    await this.store.close();
    this.log.info("instance-closed", {
      milliseconds: Math.round(this.clock.monotonic() - startedAt),
    });
  }
}
