/** Many members in rooms of two, who send each other signals without a pause. */
import { createRoom } from "@/lib/client/api.ts";
import { until } from "../browser/tab.ts";
import { between } from "../fakes/random.ts";
import { Flow, type Tally } from "./flow.ts";
import { Member, type Place } from "./member.ts";

const TICK_MS = 20;
/** As candidates are, most of them; and as offers are. */
const SMALL_BYTES = 200;
const LARGE_BYTES = 5_500;
const LARGE_SHARE = 0.1;
/** Rooms that are made at a time. */
const AT_ONCE = 10;

/** What became of a fleet. */
export interface FleetTally extends Tally {
  /** How often a living member was told that another living one had left. */
  falseLeaves: number;
  /** How often the signals that were under way between living members became void. */
  brokenPairs: number;
}

/** Whether nothing went wrong at all. */
export function isFlawless({ sent: _, ...wrong }: FleetTally): boolean {
  return Object.values(wrong).every((count) => count === 0);
}

export class Fleet implements AsyncDisposable {
  readonly members: Member[] = [];
  readonly flows: Flow[] = [];
  readonly #random: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #next = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Makes rooms of two, whose first is their host. `places` says where the two of a room join and connect: at one address each, or at two.
   * Whoever is dropped is waited for no longer.
   */
  async settle(
    rooms: number,
    places: (room: number) => readonly [string | Place, string | Place],
  ): Promise<Flow[]> {
    const begun: Flow[] = [];
    for (let first = 0; first < rooms; first += AT_ONCE) {
      const batch = Math.min(AT_ONCE, rooms - first);
      const made = await Promise.all(
        Array.from({ length: batch }, (_, n) => this.#room(places(first + n))),
      );
      begun.push(...made.flat());
    }
    this.flows.push(...begun);
    await this.#arrived();
    return begun;
  }

  /** Has everyone lose their connection and connect elsewhere. Tells how many moved. Whoever is dropped is waited for no longer. */
  async move(place: () => string): Promise<number> {
    const moving = this.members.filter(({ isConnected }) => isConnected);
    for (const member of moving) member.moveTo(place());
    await this.#arrived();
    return moving.length;
  }

  /** Lets signals flow, so many a second over all pairs and directions, until `quiet`. */
  flow(perSecond: number): void {
    let owed = 0;
    let before = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      owed += (now - before) / 1000 * perSecond;
      before = now;
      for (; owed >= 1; owed--) this.#sendOne();
    }, TICK_MS);
  }

  /** Sends no more, and waits until what was sent has arrived. What has not by `timeoutMs` counts as lost. */
  async quiet(timeoutMs = 30_000): Promise<void> {
    clearInterval(this.#timer);
    const settled = () => this.#living().every((flow) => flow.isSettled);
    await until(() => Promise.resolve(settled()), { timeoutMs })
      .catch(() => {});
  }

  /** Whether every member that did not vanish is connected. */
  get everyoneIsBack(): boolean {
    return this.members.every((one) => one.hasVanished || one.isConnected);
  }

  /** How many signals were sent between members that live. */
  get sent(): number {
    return this.#living().reduce((sum, { sent }) => sum + sent, 0);
  }

  /** What became of all signals between members that live, and of the members. */
  tally(): FleetTally {
    const all = {
      sent: 0,
      lost: 0,
      doubled: 0,
      reordered: 0,
      falseLeaves: 0,
      brokenPairs: 0,
    };
    for (const flow of this.#living()) {
      const one = flow.tally();
      for (const name of Object.keys(one) as (keyof Tally)[]) {
        all[name] += one[name];
      }
      all.brokenPairs += flow.to.brokenPairs;
      if (flow.to.left.has(flow.from.memberId)) all.falseLeaves++;
    }
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.members.map((member) => member.leave()));
  }

  async #arrived(): Promise<void> {
    const isThere = (one: Member) =>
      one.isConnected || one.hasVanished || one.isDropped;
    await until(() => Promise.resolve(this.members.every(isThere)), {
      timeoutMs: 30_000,
      what: "all members are connected",
    });
  }

  #living(): Flow[] {
    return this.flows.filter(({ from, to }) =>
      !from.hasVanished && !to.hasVanished
    );
  }

  async #room(
    places: readonly [string | Place, string | Place],
  ): Promise<Flow[]> {
    const [host, guest] = places.map((place) =>
      typeof place === "string" ? { joinsAt: place, connectsAt: place } : place
    );
    const { roomId, hostToken } = await createRoom({}, {
      baseUrl: guest.joinsAt,
    });
    const [one, other] = await Promise.all([
      Member.join(host, roomId, this.#random, hostToken),
      Member.join(guest, roomId, this.#random),
    ]);
    this.members.push(one, other);
    return [new Flow(one, other), new Flow(other, one)];
  }

  #sendOne(): void {
    const flow = this.flows[this.#next++ % this.flows.length];
    if (flow.from.hasVanished || !flow.from.sees(flow.to.memberId)) return;
    const isLarge = this.#random() < LARGE_SHARE;
    flow.send(between(this.#random, 1, isLarge ? LARGE_BYTES : SMALL_BYTES));
  }
}
