import type { Clock } from "../protocol/clock.ts";
import { KEYS } from "./keys.ts";
import type { Log } from "./log.ts";
import type { Entry, Store } from "./store.ts";

/** An instance's word that it lives. It is renewed while the instance looks after seats. */
interface LeaseRecord {
  instanceId: string;
  /** The instance has said that it is going: its seats may be taken over soon. */
  closing: boolean;
  /** When it was renewed, by that instance's calendar: to be compared with nothing but that instance's other writings. */
  at: number;
  /** Of one that is going: what it knows of others' silence, which those who come after it could not have seen. */
  silences?: Silence[];
}

/** That an instance had written nothing after this version of its lease for so long at least. */
interface Silence {
  instanceId: string;
  versionstamp: string;
  ms: number;
}

/** A lease as it was last seen, and for how long, by this instance's own looks, it has not changed. */
interface Seen {
  versionstamp: string;
  unchangedMs: number;
}

/** How often a lease is renewed, and how often others look. */
const RENEWAL_MS = 8_000;
const LOOK_MS = 4_000;
/** How much of the time between two looks counts: while it could not look an instance has seen nobody die. */
const LOOK_COUNTS_MS = 6_000;
/** For how long a lease must not have changed, by the watcher's own looks, before its instance counts as gone. */
export const LEASE_LIFE_MS = 16_000;
const CLOSING_LIFE_MS = 5_000;
/** When an instance that cannot renew its lease must expect to be taken for gone soon. */
const STARVED_MS = 12_000;
/** How long a new instance looks out for what others left behind, before it has seats of its own. */
const FIRST_LOOKS = 8;
/** How long an instance without seats waits between two looks, unless it has seen somebody silent. */
const IDLE_LOOK_MS = 32_000;
/** Silences that an instance hands over at most, the longest first: 10 KB. */
const MAX_SILENCES = 100;

/** What a {@linkcode Lease} asks of its instance. */
export interface LeaseOwner {
  /** Whether the instance looks after any seat. */
  hasSeats(): boolean;
  /**
   * Takes over what another instance looked after, if anything, with a young lease. That instance's is deleted when this has succeeded.
   *
   * @param at its calendar when it was last heard of.
   * @param heardAt the same moment, or a somewhat later one, by this instance's monotonic clock.
   */
  takeOver(instanceId: string, at: number, heardAt: number): Promise<void>;
  /** Another instance is gone, whoever took over from it. What it did last it may have told nobody. */
  gone(instanceId: string): void;
  /** The lease cannot be renewed: others will soon count this instance's members as away. */
  starved(): void;
}

/** What is written along with the lease, to prove the watch on it: {@linkcode import("./bus/doorbell.ts").Doorbell}. */
export interface Canary {
  readonly key: Deno.KvKey;
  expect(versionstamp: string): void;
}

/**
 * This instance's lease, and its watch over those of others. Nobody's calendar counts: a lease has ended when *this* instance has looked
 * for {@linkcode LEASE_LIFE_MS} and seen no new version of it. One write per 8 s while there are seats, none without.
 *
 * Who goes in good order hands on for how long it has seen others silent. So a rolling restart does not begin that time anew, and a seat
 * that is kept for 45 s has ended within 60, though nobody who saw its instance die may be left: to be seen first takes 4 s, and 4 s more
 * each time that all who knew are replaced.
 */
export class Lease {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #instanceId: string;
  readonly #owner: LeaseOwner;
  readonly #canary: Canary;
  readonly #seen = new Map<string, Seen>();
  #renewedAt = -Infinity;
  #lookedAt = -Infinity;
  #looks = 0;
  #holding: Promise<void> | undefined;
  #callOff = () => {};
  #closed = false;

  constructor(
    store: Store,
    clock: Clock,
    log: Log,
    instanceId: string,
    owner: LeaseOwner,
    canary: Canary,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#instanceId = instanceId;
    this.#owner = owner;
    this.#canary = canary;
  }

  /** Begins to look after others' leases and to renew this one. */
  start(): void {
    this.#callOff = this.#clock.after(LOOK_MS, () => this.#tick());
  }

  /** Makes sure that the lease is young before a seat is taken: a seat without one would look abandoned. */
  hold(): Promise<void> {
    const age = this.#clock.monotonic() - this.#renewedAt;
    if (age < RENEWAL_MS) return Promise.resolve();
    return this.#holding ??= this.#write(false)
      .finally(() => this.#holding = undefined);
  }

  /** Says that this instance is going, if others may believe that it looks after seats: their members may have been cut off just now. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff();
    const sinceRenewal = this.#clock.monotonic() - this.#renewedAt;
    if (sinceRenewal < LEASE_LIFE_MS || this.#owner.hasSeats()) {
      await this.#write(true);
    }
  }

  async #tick(): Promise<void> {
    const hasSeats = this.#owner.hasSeats();
    try {
      if (hasSeats) await this.hold();
      if (hasSeats || this.#isLookDue()) await this.#look();
    } catch {
      this.#log.warn("lease-unavailable");
    }
    if (this.#closed) return;
    const sinceRenewal = this.#clock.monotonic() - this.#renewedAt;
    if (hasSeats && sinceRenewal >= STARVED_MS) this.#owner.starved();
    this.start();
  }

  /** Whether to look though there are no seats here: the last to die leave theirs to who is idle. */
  #isLookDue(): boolean {
    return this.#looks < FIRST_LOOKS ||
      this.#clock.monotonic() - this.#lookedAt >= IDLE_LOOK_MS ||
      [...this.#seen.values()].some(({ unchangedMs }) => unchangedMs > 0);
  }

  async #write(closing: boolean): Promise<void> {
    const value: LeaseRecord = {
      instanceId: this.#instanceId,
      closing,
      at: this.#clock.now(),
      ...closing && { silences: this.#silences() },
    };
    const askedAt = this.#clock.monotonic();
    const versionstamp = await this.#store.commit({
      set: [
        { key: KEYS.lease(this.#instanceId), value },
        { key: this.#canary.key, value: {} },
      ],
    });
    this.#renewedAt = askedAt;
    if (versionstamp !== null) this.#canary.expect(versionstamp);
  }

  /** What to hand on. Who reads it sees whether the version is still the same, so the time since the last look counts as well. */
  #silences(): Silence[] {
    const more = this.#sinceLook();
    return [...this.#seen]
      .map(([instanceId, { versionstamp, unchangedMs }]) => ({
        instanceId,
        versionstamp,
        ms: unchangedMs + more,
      }))
      .sort((one, other) => other.ms - one.ms)
      .slice(0, MAX_SILENCES);
  }

  /** How much of the time since the last look counts. */
  #sinceLook(): number {
    return Math.min(this.#clock.monotonic() - this.#lookedAt, LOOK_COUNTS_MS);
  }

  async #look(): Promise<void> {
    const leases = await this.#store.list<LeaseRecord>({ prefix: KEYS.leases });
    const counts = this.#sinceLook();
    const now = this.#lookedAt = this.#clock.monotonic();
    const alive = new Set(leases.map(({ value }) => value.instanceId));
    const handedOn = leases.flatMap(({ value }) => value.silences ?? []);
    for (const instanceId of this.#seen.keys()) {
      if (!alive.has(instanceId)) this.#forget(instanceId);
    }
    for (const lease of leases) {
      const { instanceId, closing } = lease.value;
      if (instanceId === this.#instanceId || this.#closed) continue;
      const { versionstamp } = lease;
      const seen = this.#seen.get(instanceId);
      const isUnchanged = seen?.versionstamp === versionstamp;
      const unchangedMs = Math.max(
        isUnchanged ? seen.unchangedMs + counts : 0,
        ...handedOn
          .filter((silence) =>
            silence.instanceId === instanceId &&
            silence.versionstamp === versionstamp
          )
          .map(({ ms }) => ms),
      );
      this.#seen.set(instanceId, { versionstamp, unchangedMs });
      const life = closing ? CLOSING_LIFE_MS : LEASE_LIFE_MS;
      if (unchangedMs < life) continue;
      await this.#takeOver(lease, now - unchangedMs);
    }
    this.#looks++;
  }

  async #takeOver(
    lease: Entry<LeaseRecord>,
    heardAt: number,
  ): Promise<void> {
    const { instanceId, at } = lease.value;
    await this.#owner.takeOver(instanceId, at, heardAt);
    await this.#store.commit({
      checks: [{ key: lease.key, versionstamp: lease.versionstamp }],
      delete: [lease.key],
    });
    this.#log.warn("instance-taken-over", { otherInstanceId: instanceId });
    this.#forget(instanceId);
  }

  #forget(instanceId: string): void {
    this.#seen.delete(instanceId);
    this.#owner.gone(instanceId);
  }
}
