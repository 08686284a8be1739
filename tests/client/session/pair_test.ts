import { assert, assertEquals } from "@std/assert";
import { Pair } from "@/lib/client/session/pair.ts";
import type { PairFrame } from "@/lib/client/session/pair_frame.ts";
import type { ClientMessage } from "@/lib/protocol/messages.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { type Faults, LossyWire, NO_FAULTS } from "../../fakes/lossy_wire.ts";
import { between, seededRandom } from "../../fakes/random.ts";

/** Two ends with a server and a direct path between them. Both log what goes by which. */
function rig(seed = 1) {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const log: string[] = [];
  const got: unknown[][] = [[], []];
  /** Whether frames get through; nobody is told when they do not. */
  let directWorks = true;
  let directLife = 0;
  const wire = new LossyWire<() => void>(
    clock,
    random,
    NO_FAULTS,
    (arrive) => arrive(),
  );
  const pairs: Pair[] = [0, 1].map((me) =>
    new Pair({
      memberId: `${1 - me}`,
      incarnation: 1,
      clock,
      send(message: ClientMessage) {
        log.push(`${me} ${message.type} by server`);
        wire.put(() => {
          if (message.type === "ack") pairs[1 - me].acknowledge(message.id);
          if (message.type === "signal") pairs[1 - me].receive(message);
        });
      },
      deliver: (data) => got[me].push(data),
      onGap: () => log.push(`${me} gap`),
      onDirect: () => log.push(`${me} goes directly`),
      onStall: () => log.push(`${me} stalled`),
    })
  );
  const setDirect = (isOpen: boolean) => {
    const life = ++directLife;
    pairs.forEach((pair, me) =>
      pair.setDirect(
        isOpen
          ? {
            send(frame: PairFrame) {
              log.push(`${me} ${frame.type} directly`);
              clock.after(1, () => {
                if (!directWorks || life !== directLife) return;
                pairs[1 - me].receiveFrame(JSON.parse(JSON.stringify(frame)));
              });
            },
          }
          : null,
      )
    );
  };
  const setServer = (isOpen: boolean) => {
    for (const pair of pairs) isOpen ? pair.open() : pair.suspend();
  };
  return {
    clock,
    random,
    log,
    got,
    pairs,
    setDirect,
    setServer,
    setFaults: (faults: Faults) => wire.faults = faults,
    setDirectWorks: (works: boolean) => directWorks = works,
  };
}

Deno.test("Pair sends by the direct path alone once that has proven itself", () => {
  const { clock, log, got, pairs, setDirect, setServer } = rig();
  setServer(true);
  setDirect(true);
  clock.runNow(10);
  log.length = 0;
  pairs[0].send("hello");
  clock.runNow(1_000);
  assertEquals(log, ["0 signal directly", "1 signal-ack directly"]);
  assertEquals(got[1], ["hello"]);
});

Deno.test("Pair acknowledges at once what came directly, and tells when it needs the server no longer", () => {
  const { clock, log, pairs, setDirect, setServer, setDirectWorks } = rig();
  setServer(true);
  setDirectWorks(false);
  setDirect(true);
  clock.runNow(10);
  const told = () => log.filter((line) => line.includes("goes directly"));
  assertEquals(told(), []);
  setDirect(false);
  setDirectWorks(true);
  setDirect(true);
  clock.runNow(10);
  assertEquals(told(), ["1 goes directly", "0 goes directly"]);
  log.length = 0;
  pairs[0].send("one");
  pairs[0].send("two");
  clock.runNow(2); // There and back.
  assertEquals(log.filter((line) => line.includes("1 ")), [
    "1 signal-ack directly",
    "1 signal-ack directly",
  ]);
  assertEquals(clock.waiting, 0);
});

Deno.test("Pair uses both ways while nothing has come over the direct path, as from an older page", () => {
  const { clock, log, got, pairs, setDirect, setServer, setDirectWorks } =
    rig();
  setServer(true);
  setDirectWorks(false);
  setDirect(true);
  log.length = 0;
  pairs[0].send("hello");
  clock.runNow(900);
  assertEquals(log, [
    "0 signal directly",
    "0 signal by server",
    "1 ack by server",
  ]);
  assertEquals(got[1], ["hello"]);
});

Deno.test("Pair turns to the server when a direct path dies without a word, after one second", () => {
  const { clock, log, got, pairs, setDirect, setServer, setDirectWorks } =
    rig();
  setServer(true);
  setDirect(true);
  clock.runNow(10);
  setDirectWorks(false);
  log.length = 0;
  pairs[0].send("one");
  clock.runNow(999);
  assertEquals(log, ["0 signal directly"]);
  clock.runNow(100);
  pairs[0].send("two");
  clock.runNow(100);
  assertEquals(got[1], ["one", "two"]);
});

Deno.test("Pair needs no server while there is a direct path, and keeps what it cannot send", () => {
  const { clock, log, got, pairs, setDirect } = rig();
  setDirect(true);
  pairs[0].send("one");
  clock.runNow(10);
  setDirect(false);
  log.length = 0;
  pairs[0].send("two");
  clock.runNow(60_000);
  assertEquals(log.filter((line) => line.includes("signal")), []);
  setDirect(true);
  clock.runNow(10);
  assertEquals(got[1], ["one", "two"]);
  assert(!log.includes("1 signal by server"));
});

Deno.test("Pair delivers once and in order, however both ways come and go (300 seeds)", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { clock, random, log, got, pairs, ...set } = rig(seed);
    set.setFaults({ lost: random() * 0.4, doubled: 0.3, delay: 400 });
    const said: number[][] = [[], []];
    for (let step = 0; step < 60; step++) {
      const dice = random();
      if (dice < 0.6) {
        const me = between(random, 0, 1);
        said[me].push(said[me].length);
        pairs[me].send(said[me].length - 1);
      } else if (dice < 0.7) set.setDirect(random() < 0.6);
      else if (dice < 0.8) set.setServer(random() < 0.6);
      else if (dice < 0.85) set.setDirectWorks(random() < 0.5);
      clock.runNow(random() * 300);
    }
    if (seed % 2 === 0) set.setServer(true);
    else {
      set.setServer(false);
      set.setDirectWorks(true);
      set.setDirect(true);
    }
    clock.runNow(120_000);
    assertEquals(got, [said[1], said[0]], `seed ${seed}`);
    assert(!log.some((line) => line.includes("gap")), `seed ${seed}`);
    for (const pair of pairs) pair.close();
    assertEquals(clock.waiting, 0, `seed ${seed}`);
  }
});
