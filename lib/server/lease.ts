import type { Clock } from "../protocol/clock.ts";
import { KEYS } from "./keys.ts";
import type { Log } from "./log.ts";
import type { Entry, Store } from "./store.ts";

/** An instance's word that it lives. It is renewed while the instance looks after seats. */
interface LeaseRecord {
  instanceId: string;
  /** The instance has said that it is going: its seats may be taken over soon. */
  closing: boolean;
}

/** How often a lease is renewed, and how often others look. */
const RENEWAL_MS = 8_000;
const LOOK_MS = 4_000;
/** For how long a lease must not have changed, by the watcher's own clock, before its instance counts as gone. */
export const LEASE_LIFE_MS = 16_000;
const CLOSING_LIFE_MS = 5_000;
/** How long a new instance looks out for what others left behind, before it has seats of its own. */
const FIRST_LOOKS = 8;

/** What a {@linkcode Lease} asks of its instance. */
export interface LeaseOwner {
  /** Whether the instance looks after any seat. */
  hasSeats(): boolean;
  /** Takes over what another instance looked after. The lease is deleted when this has succeeded. */
  takeOver(instanceId: string): Promise<void>;
}

/**
 * This instance's lease, and its watch over those of others. Nobody's calendar counts: a lease has ended when *this* instance has seen no
 * new version of it for {@linkcode LEASE_LIFE_MS}. One write per 8 s while there are seats, none without.
 */
export class Lease {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #instanceId: string;
  readonly #owner: LeaseOwner;
  readonly #seen = new Map<string, { versionstamp: string; at: number }>();
  #renewedAt = -Infinity;
  #looks = 0;
  #callOff = () => {};
  #closed = false;

  constructor(
    store: Store,
    clock: Clock,
    log: Log,
    instanceId: string,
    owner: LeaseOwner,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#instanceId = instanceId;
    this.#owner = owner;
  }

  /** Begins to look after others' leases and to renew this one. */
  start(): void {
    this.#callOff = this.#clock.after(LOOK_MS, () => this.#tick());
  }

  /** Makes sure that the lease is young before a seat is taken: a seat without one would look abandoned. */
  async hold(): Promise<void> {
    if (this.#clock.monotonic() - this.#renewedAt < RENEWAL_MS) return;
    await this.#write(false);
  }

  /** Says that this instance is going. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff();
    if (this.#owner.hasSeats()) await this.#write(true);
  }

  async #tick(): Promise<void> {
    try {
      if (this.#owner.hasSeats()) await this.hold();
      if (this.#owner.hasSeats() || this.#looks++ < FIRST_LOOKS) {
        await this.#look();
      }
    } catch {
      this.#log.warn("lease-unavailable");
    }
    if (!this.#closed) this.start();
  }

  async #write(closing: boolean): Promise<void> {
    const value: LeaseRecord = { instanceId: this.#instanceId, closing };
    await this.#store.commit({
      set: [{ key: KEYS.lease(this.#instanceId), value }],
    });
    this.#renewedAt = this.#clock.monotonic();
  }

  async #look(): Promise<void> {
    const leases = await this.#store.list<LeaseRecord>(KEYS.leases);
    for (const lease of leases) {
      const { instanceId, closing } = lease.value;
      if (instanceId === this.#instanceId || this.#closed) continue;
      const seen = this.#seen.get(instanceId);
      if (seen?.versionstamp !== lease.versionstamp) {
        this.#seen.set(instanceId, {
          versionstamp: lease.versionstamp,
          at: this.#clock.monotonic(),
        });
      } else if (
        this.#clock.monotonic() - seen.at >=
          (closing ? CLOSING_LIFE_MS : LEASE_LIFE_MS)
      ) {
        await this.#takeOver(lease);
      }
    }
    const alive = new Set(leases.map(({ value }) => value.instanceId));
    for (const instanceId of this.#seen.keys()) {
      if (!alive.has(instanceId)) this.#seen.delete(instanceId);
    }
  }

  async #takeOver(lease: Entry<LeaseRecord>): Promise<void> {
    const { instanceId } = lease.value;
    await this.hold();
    await this.#owner.takeOver(instanceId);
    await this.#store.commit({
      checks: [{ key: lease.key, versionstamp: lease.versionstamp }],
      delete: [lease.key],
    });
    this.#log.info("instance-taken-over", { instanceId });
  }
}
