import { type Clock, delay, SYSTEM_CLOCK } from "../protocol/clock.ts";
import type { Bus } from "./bus.ts";
import { closeRoom, type House } from "./house.ts";
import { Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import { Members } from "./members.ts";
import { randomId } from "./random_id.ts";
import { Reception } from "./reception.ts";
import { Rooms } from "./rooms.ts";
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
}

/** For how long an instance that is going waits for its clients to move, of the 5 s that a platform gives it. */
const MOVING_MS = 1_000;

/**
 * One running copy of the server. Any number run and none is special: the truth lies in Deno KV; an instance holds connections, a view of
 * the rooms that they are in, and the clocks of the seats that it looks after.
 */
export class Instance implements House {
  readonly id = randomId();
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
  readonly #bus: Bus;

  constructor(
    { settings, store, bus, log, clock = SYSTEM_CLOCK }: InstanceParts,
  ) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.log = log;
    this.#bus = bus;
    this.tokens = new Tokens(settings, clock);
    this.rooms = new Rooms(store, clock);
    this.members = new Members(store, clock, this.id, randomId);
    this.switchboard = new Switchboard(this.id, bus, this.members, clock, log);
    this.seats = new Seats(this.members, this.switchboard, clock, log);
    this.lease = new Lease(store, clock, log, this.id, {
      hasSeats: () => this.switchboard.size > 0 || this.seats.kept > 0,
      takeOver: (instanceId) => this.seats.takeOver(instanceId),
    });
    this.reception = new Reception(this, settings.limits, clock);
    this.switchboard.onExpired = (room) =>
      void closeRoom(this, room).catch((error) =>
        log.warn("room-expiry-failed", { error })
      );
    this.lease.start();
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
