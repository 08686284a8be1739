/** What goes wrong in a simulation, and how often. */
import type { KvLine } from "./kv/line.ts";
import { NO_LINE_FAULTS } from "./kv/line.ts";
import type { Machine } from "./machine.ts";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

/** As many machines run when nothing is wrong, and at most. */
const MACHINES = { normal: 3, most: 5 };

interface Fault {
  /** How often, beside the others. */
  weight: number;
  run(world: World): void;
}

const FAULTS: readonly Fault[] = [
  {
    weight: 3,
    run: (world) => withMachine(world, (machine) => kill(world, machine)),
  },
  {
    weight: 3,
    run: (world) => withMachine(world, (machine) => drain(world, machine)),
  },
  { weight: 1, run: killProcess },
  { weight: 1, run: killAll },
  { weight: 1, run: rollingRestart },
  { weight: 2, run: start },
  { weight: 3, run: cutOff },
  { weight: 1, run: databaseOutage },
  { weight: 4, run: unsteadyDatabase },
  {
    weight: 4,
    run: (world) => withMachine(world, ({ line }) => breakWatch(world, line)),
  },
  { weight: 2, run: lossyHall },
  {
    weight: 12,
    run: (world) => withPerson(world, (person) => breakWires(world, person)),
  },
  {
    weight: 6,
    run: (world) => withPerson(world, (person) => stallWires(world, person)),
  },
  {
    weight: 6,
    run: (world) => withPerson(world, (person) => reload(world, person)),
  },
  {
    weight: 4,
    run: (world) => withPerson(world, (person) => leave(world, person)),
  },
  {
    weight: 4,
    run: (world) => withPerson(world, (person) => goOffline(world, person)),
  },
];

const TOTAL = FAULTS.reduce((sum, { weight }) => sum + weight, 0);

/** Something goes wrong. */
export function fault(world: World): void {
  let at = world.chance.random() * TOTAL;
  for (const { weight, run } of FAULTS) {
    if ((at -= weight) < 0) return run(world);
  }
}

/** Ends everything that is wrong, but for people who stay away. */
export function recover(world: World): void {
  world.note("everything recovers");
  world.weather++;
  for (const hall of world.halls) hall.loss = 0;
  for (const { line } of world.machines) {
    line.faults = NO_LINE_FAULTS;
    line.recover();
  }
  while (world.upMachines.length < MACHINES.normal) world.start();
  for (const person of world.people) {
    // Some who are out of reach stay so: they lose their seats.
    if (!person.isOnline && world.chance.is(0.7)) person.goOnline();
    if (!person.isIn && world.chance.is(0.7)) person.enter();
  }
}

function withMachine(world: World, task: (machine: Machine) => void): void {
  const { upMachines } = world;
  if (upMachines.length > 0) task(world.chance.pick(upMachines));
}

function withPerson(world: World, task: (person: Person) => void): void {
  task(world.chance.pick(world.people));
}

/** Does something after a while, if the storm has not ended by then. */
function later(
  world: World,
  min: number,
  max: number,
  task: () => void,
): void {
  const { weather } = world;
  world.timeline.after(world.chance.between(min, max), () => {
    if (world.weather === weather) task();
  });
}

function start(world: World): void {
  if (world.upMachines.length < MACHINES.most) world.start();
}

function kill(world: World, machine: Machine): void {
  world.kill(machine, world.chance.is(0.5));
  later(world, 200, 15_000, () => start(world));
}

function drain(world: World, machine: Machine): void {
  if (world.chance.is(0.7)) start(world);
  else later(world, 200, 15_000, () => start(world));
  void world.drain(machine);
}

function killProcess(world: World): void {
  const hall = world.chance.pick(world.halls);
  for (const machine of world.upMachines) {
    if (machine.hall === hall) kill(world, machine);
  }
}

/** Whoever starts next finishes what is owed. */
function killAll(world: World): void {
  for (const machine of world.upMachines) kill(world, machine);
}

function rollingRestart(world: World): void {
  world.upMachines.forEach((machine, at) => {
    later(world, at * 6_000, at * 6_000, () => {
      if (!machine.isUp) return;
      world.start();
      void world.drain(machine);
    });
  });
}

/** One machine loses the database, with or without noticing. */
function cutOff(world: World): void {
  withMachine(world, (machine) => fail(world, [machine.line], 3_000, 50_000));
}

function databaseOutage(world: World): void {
  fail(world, world.upMachines.map(({ line }) => line), 2_000, 35_000);
}

function fail(
  world: World,
  lines: readonly KvLine[],
  min: number,
  max: number,
): void {
  const hangs = world.chance.is(0.4);
  world.note(`the database ${hangs ? "hangs" : "fails"} for ${lines.length}`);
  for (const line of lines) hangs ? line.hang() : line.goDown();
  later(world, min, max, () => lines.forEach((line) => line.recover()));
}

function unsteadyDatabase(world: World): void {
  const { chance } = world;
  const faults = {
    latency: { min: 1, max: chance.pick([6, 100, 800]) },
    lostReplies: chance.pick([0, 0.01, 0.1]),
    lateReplies: chance.pick([0, 0.05]),
    hangs: chance.pick([0, 0.02]),
  };
  world.note(`the database is unsteady: ${JSON.stringify(faults)}`);
  const machines = chance.is(0.5)
    ? world.upMachines
    : world.upMachines.slice(0, 1);
  for (const { line } of machines) line.faults = faults;
  later(world, 3_000, 30_000, () => {
    for (const { line } of machines) line.faults = NO_LINE_FAULTS;
  });
}

function breakWatch(world: World, line: KvLine): void {
  const kind = world.chance.pick(["cut", "silence", "fail"] as const);
  world.note(`a watch: ${kind}`);
  for (const watch of [...line.watches]) watch[kind]();
}

function lossyHall(world: World): void {
  const hall = world.chance.pick(world.halls);
  hall.loss = world.chance.pick([0.05, 0.3, 1]);
  world.note(`a channel loses ${hall.loss}`);
  later(world, 2_000, 20_000, () => hall.loss = 0);
}

function breakWires(world: World, { name, wires }: Person): void {
  world.note(`${name} loses its connections`);
  const ends = {
    pageHears: world.chance.is(0.5),
    machineHears: world.chance.is(0.5),
  };
  for (const wire of [...wires.keys()]) wire.break(ends);
}

function stallWires(world: World, { name, wires }: Person): void {
  const ms = world.chance.between(200, 8_000);
  world.note(`${name} is stuck for ${ms} ms`);
  for (const wire of wires.keys()) wire.stall(ms);
}

function reload(world: World, person: Person): void {
  world.note(`${person.name} reloads`);
  person.reload();
}

function leave(world: World, person: Person): void {
  if (!person.isIn) return person.enter();
  const says = world.chance.is(0.6);
  world.note(`${person.name} ${says ? "leaves" : "vanishes"}`);
  if (says) void person.leave();
  else person.vanish();
  later(world, 100, 90_000, () => person.enter());
}

function goOffline(world: World, person: Person): void {
  if (!person.isOnline) return person.goOnline();
  world.note(`${person.name} is offline`);
  person.goOffline();
  later(
    world,
    1_000,
    world.chance.pick([8_000, 40_000, 200_000]),
    () => person.goOnline(),
  );
}
