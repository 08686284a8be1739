/** A whole deployment in one process, on virtual time: people talk while everything fails; what was promised is checked all the while. */
import { audit, auditEnd } from "./audit.ts";
import { fault, recover } from "./faults.ts";
import { World, type WorldOptions } from "./world.ts";

export interface SimulationOptions extends WorldOptions {
  /** How many signals are sent at least. */
  signals: number;
  rooms: number;
}

export interface SimulationResult {
  seed: number;
  violations: readonly string[];
  /** Signals to one member each. */
  sent: number;
  arrived: number;
  faults: number;
  gaps: number;
  machines: number;
  virtualSeconds: number;
  /** The same for the same seed. */
  digest: string;
}

/** Between two faults, and how long a storm of them lasts, in milliseconds. */
const FAULT_GAP_MS = { min: 200, max: 3_000 };
const STORM_MS = { min: 30_000, max: 90_000 };
/** After a storm: what hung may come for half a minute, then seats end by time; and in the end nobody talks. */
const CALM_MS = 100_000;
const SILENCE_MS = 25_000;
/** How much is said in a calm. */
const CALM_TALK = 0.1;
/** Part of all rooms whose people neither number nor acknowledge. */
const PLAIN = 0.25;
/** A run that goes so wrong that it cannot end is ended: more than this nobody reads. */
const MAX_VIOLATIONS = 20;

export async function simulate(
  { signals, rooms, ...options }: SimulationOptions,
): Promise<SimulationResult> {
  const world = new World(options);
  const { timeline, chance, ledger, plain } = world;
  let faults = 0;
  const sent = () => ledger.sent + plain.sent;
  const goesOn = () =>
    sent() < signals && world.violations.length < MAX_VIOLATIONS;

  for (let i = 0; i < 3; i++) world.start();
  for (let i = 0; i < rooms; i++) {
    await timeline.settled(
      world.openRoom(chance.whole(2, 4), chance.is(PLAIN)),
    );
  }
  for (const person of world.people) {
    timeline.after(chance.between(0, 5_000), () => person.enter());
  }
  await timeline.run(10_000);

  while (goesOn()) {
    const until = timeline.now + chance.between(STORM_MS.min, STORM_MS.max);
    while (timeline.now < until && goesOn()) {
      fault(world);
      faults++;
      await timeline.run(chance.between(FAULT_GAP_MS.min, FAULT_GAP_MS.max));
    }
    recover(world);
    world.talk = CALM_TALK;
    await timeline.run(CALM_MS - SILENCE_MS);
    world.talk = 0;
    await timeline.run(SILENCE_MS);
    audit(world);
    world.weather++;
    world.talk = 1;
  }
  await end(world);
  return {
    seed: options.seed,
    violations: world.violations,
    sent: sent(),
    arrived: ledger.arrived + plain.arrived,
    faults,
    gaps: ledger.gaps + plain.gaps,
    machines: world.machines.length,
    virtualSeconds: Math.round(timeline.now / 1_000),
    digest:
      `${timeline.called} ${ledger.arrived} ${plain.arrived} ${world.database.size}`,
  };
}

/** Everyone goes, and then every machine. */
async function end(world: World): Promise<void> {
  const { timeline, chance } = world;
  world.note("everyone goes");
  world.talk = 0;
  for (const person of world.people) {
    person.goOnline();
    if (chance.is(0.5)) void person.leave();
    else person.vanish();
  }
  await timeline.run(CALM_MS);
  for (const machine of world.upMachines) void world.drain(machine);
  await timeline.run(30_000);
  auditEnd(world);
}
