/** Everything that there is in one simulation: machines on one database, people in rooms, and the books that are kept on them. */
import { CreateRoom } from "@/lib/protocol/room.ts";
import { check } from "@/lib/protocol/parse.ts";
import type { RoomRecord } from "@/lib/server/rooms.ts";
import { Balancer } from "./balancer.ts";
import { Chance } from "./chance.ts";
import { Hall } from "./hall.ts";
import { Database, type Mutation } from "./kv/database.ts";
import { Ledger } from "./ledger.ts";
import { Machine } from "./machine.ts";
import { BEGINNING } from "./machine_clock.ts";
import { NumberingPage } from "./numbering_page.ts";
import { Person } from "./person.ts";
import { PlainLedger } from "./plain_ledger.ts";
import { PlainPage } from "./plain_page.ts";
import { Timeline } from "./timeline.ts";

/** How often expired records are collected, and how often people are looked after. */
const SWEEP_MS = 60_000;
const LOOK_MS = 1_000;
/** A seat is kept for 45 s; the look at its member may be a second old, and clocks run differently. */
const KEPT_MS = 45_000 - LOOK_MS - 500;
/** Where its instance is lost, from when that was last heard of: it renews its lease every 8 s, and that may take 2. */
const UNHEARD_MS = 10_000;
/** Who could have come back for so long and is thrown out was thrown out by us. */
const CHANCE_MS = 30_000;
/** A part of all machines stands alone, without a BroadcastChannel. */
const ALONE = 0.4;

export interface WorldOptions {
  seed: number;
  /** Told of everything that happens; costs time. */
  trace?: (line: string) => void;
}

export class World {
  readonly timeline = new Timeline();
  readonly chance: Chance;
  readonly database = new Database();
  readonly balancer: Balancer;
  readonly halls: readonly Hall[];
  readonly machines: Machine[] = [];
  readonly people: Person[] = [];
  readonly rooms: RoomRecord[] = [];
  readonly ledger: Ledger;
  readonly plain: PlainLedger;
  readonly violations: string[] = [];
  /** The part of all bursts that are sent. */
  talk = 1;
  /** Counts storms and calms: what one brings does not last into the next. */
  weather = 0;
  readonly #trace: ((line: string) => void) | undefined;
  /** Who is which member. */
  readonly #members = new Map<string, Person>();
  #started = 0;

  constructor({ seed, trace }: WorldOptions) {
    this.chance = new Chance(seed);
    this.#trace = trace;
    const { timeline, chance } = this;
    this.balancer = new Balancer(timeline, chance.fork());
    this.halls = [
      new Hall(timeline, chance.fork()),
      new Hall(timeline, chance.fork()),
    ];
    this.ledger = new Ledger((what, detail) => this.violate(what, detail));
    this.plain = new PlainLedger((what, detail) => this.violate(what, detail));
    this.database.onCommit = (mutations) => this.#committed(mutations);
    this.#every(SWEEP_MS, () => this.database.sweep(BEGINNING + timeline.now));
    this.#every(LOOK_MS, () => this.#look());
  }

  /** A promise was broken. */
  violate(what: string, detail: string): void {
    const line = `${(this.timeline.now / 1_000).toFixed(3)} ${what}: ${detail}`;
    this.violations.push(line);
    this.#trace?.(`!!! ${line}`);
  }

  /** Notes what happens. */
  note(line: string): void {
    this.#trace?.(`${(this.timeline.now / 1_000).toFixed(3)} ${line}`);
  }

  get upMachines(): Machine[] {
    return this.machines.filter(({ isUp }) => isUp);
  }

  start(): Machine {
    const { timeline, chance, database } = this;
    const name = `m${++this.#started}`;
    const machine = new Machine({
      name,
      timeline,
      chance: chance.fork(),
      database,
      skew: {
        calendar: chance.between(-600_000, 600_000),
        drift: chance.between(-0.5, 0.5),
        rate: chance.between(0.9998, 1.0002),
      },
      hall: chance.is(ALONE) ? null : chance.pick(this.halls),
      onLog: (line) => this.#logged(name, line),
    });
    this.machines.push(machine);
    this.balancer.add(machine);
    this.note(`${name} starts as ${machine.instance.id}`);
    return machine;
  }

  kill(machine: Machine, pagesHear: boolean): void {
    this.note(`${machine.name} is killed`);
    machine.kill(pagesHear);
    this.balancer.remove(machine);
  }

  async drain(machine: Machine): Promise<void> {
    this.note(`${machine.name} is drained`);
    this.balancer.remove(machine);
    const { line } = machine;
    const couldWrite = line.isUp;
    const isGone = await machine.drain();
    this.note(`${machine.name} is ${isGone ? "gone" : "late"}`);
    if (!isGone && couldWrite && line.isUp) {
      this.violate("slow drain", machine.name);
    }
  }

  /** Makes a room. Its people number and acknowledge, or do neither. */
  async openRoom(people: number, isPlain: boolean): Promise<void> {
    const { rooms } = this.chance.pick(this.upMachines).instance;
    const wish = check(CreateRoom, {
      type: "video",
      maxParticipants: people + 4,
    });
    const room = await rooms.create(wish);
    this.rooms.push(room);
    for (let i = 0; i < people; i++) this.#addPerson(room, isPlain);
  }

  /** Whoever is in a room. */
  peopleOf({ roomId }: RoomRecord): Person[] {
    return this.people.filter(({ room }) => room.roomId === roomId);
  }

  #addPerson(room: RoomRecord, isPlain: boolean): void {
    const { timeline, balancer, ledger, plain } = this;
    const violate = (what: string, detail: string) =>
      this.violate(what, detail);
    const person: Person = new Person({
      name: `p${this.people.length + 1}`,
      room,
      timeline,
      chance: this.chance.fork(),
      balancer,
      violate,
      openPage: (options) =>
        isPlain
          ? new PlainPage(options, plain, violate)
          : new NumberingPage(options, ledger),
      onSeat: (memberId) => {
        this.note(`${person.name} is ${memberId}`);
        this.#members.set(memberId, person);
      },
    });
    this.people.push(person);
    this.#talk(person, this.chance.fork());
  }

  /** Bursts, as the signals of connections being set up are. */
  #talk(person: Person, chance: Chance): void {
    this.timeline.after(chance.between(200, 6_000), () => {
      if (person.page?.isOpen && chance.is(this.talk)) {
        person.page.speak(chance.whole(1, 16));
      }
      this.#talk(person, chance);
    });
  }

  #every(ms: number, task: () => void): void {
    this.timeline.after(ms, () => {
      task();
      this.#every(ms, task);
    });
  }

  #look(): void {
    const { now } = this.timeline;
    const couldServe = this.machines.some(({ isHealthy }) => isHealthy);
    for (const machine of this.machines) machine.look();
    for (const person of this.people) {
      const machine = person.servedBy;
      if (machine) {
        person.machine = machine;
        person.servedAt = now;
        person.couldMs = 0;
      } else if (couldServe && person.isOnline && !person.isAstray) {
        person.couldMs += LOOK_MS;
      }
    }
  }

  /** Seats end by the deletion of their records: whoever is in the room and could be reached keeps it. */
  #committed(mutations: readonly Mutation[]): void {
    for (const { type, key } of mutations) {
      if (type !== "delete" || key[0] !== "member") continue;
      const memberId = String(key[2]);
      this.note(`seat of ${memberId} ends`);
      const person = this.#members.get(memberId);
      if (!person?.isIn || person.memberId !== memberId) continue;
      const away = this.timeline.now - person.servedAt;
      const wasHeard = person.machine !== undefined &&
        person.machine.troubledAt < person.servedAt - UNHEARD_MS;
      if (away < (wasHeard ? KEPT_MS : KEPT_MS - UNHEARD_MS)) {
        this.violate(
          "living member removed",
          `${memberId}, ${away} ms after it was seen`,
        );
      } else if (person.couldMs >= CHANCE_MS) {
        this.violate(
          "member kept out",
          `${memberId}, for ${person.couldMs} ms`,
        );
      }
    }
  }

  #logged(name: string, line: string): void {
    this.#trace?.(`${(this.timeline.now / 1_000).toFixed(3)} ${name} ${line}`);
    if (line.includes('"level":"error"')) this.violate("error logged", line);
  }
}
