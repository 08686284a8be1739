import { assert, assertEquals } from "@std/assert";
import { Inbox } from "@/lib/client/session/inbox.ts";
import { type Numbered, Outbox } from "@/lib/client/session/outbox.ts";
import { MAX_RETAINED_SIGNALS, SIGNAL_WINDOW } from "@/lib/protocol/limits.ts";
import { VirtualClock } from "../../fakes/clock.ts";
import { LossyWire } from "../../fakes/lossy_wire.ts";
import { between, seededRandom } from "../../fakes/random.ts";

function outbox() {
  const clock = new VirtualClock();
  const sent: Numbered[] = [];
  const settled: [data: unknown, hasArrived: boolean][] = [];
  const waits: number[] = [];
  const box = new Outbox({
    clock,
    transmit: (message) => sent.push(message),
    onResend: (waited) => waits.push(waited),
  });
  /** Pushes something of which `settled` tells what becomes of it. */
  const push = (data: unknown) =>
    box.push(data, (hasArrived) => settled.push([data, hasArrived]));
  return { clock, sent, settled, waits, box, push };
}

const ids = (messages: Numbered[]) => messages.map(({ id }) => id);
const upTo = (n: number, first = 1) =>
  Array.from({ length: n - first + 1 }, (_, i) => first + i);

Deno.test("Outbox keeps until it is opened, then sends in order", () => {
  const { box, sent } = outbox();
  box.push("a");
  box.push("b");
  assertEquals(sent, []);
  box.open();
  assertEquals(sent, [{ id: 1, data: "a" }, { id: 2, data: "b" }]);
  box.push("c");
  assertEquals(ids(sent), [1, 2, 3]);
});

Deno.test("Outbox sends again after 1, 2, 4, 8 and every 8 s, from the first unacknowledged", () => {
  const { box, sent, clock, waits } = outbox();
  box.open();
  box.push("a");
  box.push("b");
  box.acknowledge(1);
  sent.length = 0;
  const times: number[] = [];
  for (let second = 1; second <= 31; second++) {
    const before = sent.length;
    clock.runNow(1_000);
    if (sent.length > before) times.push(second);
  }
  assertEquals(times, [1, 3, 7, 15, 23, 31]);
  assertEquals(new Set(ids(sent)), new Set([2]));
  assertEquals(waits.slice(0, 3), [1_000, 3_000, 7_000]);
});

Deno.test("Outbox begins its waits anew after an acknowledgement, and pushing does not put them off", () => {
  const { box, sent, clock } = outbox();
  box.open();
  box.push("a");
  clock.runNow(2_900);
  box.push("b");
  box.acknowledge(1);
  sent.length = 0;
  for (let i = 0; i < 3; i++) {
    clock.runNow(300);
    box.push(i);
  }
  clock.runNow(100);
  assertEquals(ids(sent), [3, 4, 5, 2, 3, 4, 5]);
});

Deno.test("Outbox has at most 64 under way, paced by acknowledgements", () => {
  const { box, sent } = outbox();
  box.open();
  for (const i of upTo(100)) box.push(i);
  assertEquals(ids(sent), upTo(SIGNAL_WINDOW));
  box.acknowledge(10);
  assertEquals(ids(sent), upTo(SIGNAL_WINDOW + 10));
  sent.length = 0;
  box.suspend();
  box.open();
  assertEquals(ids(sent), upTo(SIGNAL_WINDOW + 10, 11));
});

Deno.test("Outbox has at most 32 KiB under way, also when it sends again", () => {
  const { box, sent, clock } = outbox();
  const kilobytes10 = "x".repeat(9_998); // and two quotes
  for (let i = 0; i < 10; i++) box.push(kilobytes10);
  box.open();
  assertEquals(ids(sent), [1, 2, 3]);
  clock.runNow(1_000);
  assertEquals(ids(sent), [1, 2, 3, 1, 2, 3]);
  sent.length = 0;
  box.acknowledge(2);
  assertEquals(ids(sent), [4, 5]);
  box.suspend();
  box.open();
  assertEquals(ids(sent), [4, 5, 3, 4, 5]);
  for (let id = 5; id <= 10; id++) box.acknowledge(id);
  assertEquals(ids(sent).at(-1), 10);
});

Deno.test("Outbox sends what is larger than the window alone", () => {
  const { box, sent } = outbox();
  box.open();
  for (const size of [100, 40_000, 100]) box.push("x".repeat(size));
  assertEquals(ids(sent), [1]);
  box.acknowledge(1);
  assertEquals(ids(sent), [1, 2]);
  box.acknowledge(2);
  assertEquals(ids(sent), [1, 2, 3]);
});

Deno.test("Outbox ignores acknowledgements of what was never sent", () => {
  const { box, settled, push } = outbox();
  box.open();
  push("a");
  for (const id of [2, 0, -1, NaN, 1e300]) box.acknowledge(id);
  assertEquals(settled, []);
  box.acknowledge(1);
  box.acknowledge(1);
  assertEquals(settled, [["a", true]]);
});

Deno.test("Outbox tells of each message once that it has arrived or was forgotten, and can be given it again there and then", () => {
  const { box, sent, settled, push } = outbox();
  box.open();
  box.push("first", (hasArrived) => {
    assertEquals(hasArrived, false);
    push("first again");
  });
  for (const i of upTo(MAX_RETAINED_SIGNALS)) push(i);
  // The first makes room for the last, the second for the first one's return.
  assertEquals(settled, [[1, false]]);
  sent.length = 0;
  box.acknowledge(SIGNAL_WINDOW);
  box.acknowledge(SIGNAL_WINDOW);
  const early = upTo(SIGNAL_WINDOW - 1, 2).map((i) => [i, true]);
  assertEquals(settled.slice(1) as unknown[], early);
  box.acknowledge(MAX_RETAINED_SIGNALS + 2);
  assertEquals(settled.at(-1), ["first again", true]);
  assertEquals(settled.length, MAX_RETAINED_SIGNALS + 1);
});

Deno.test("Outbox forgets the oldest beyond 512 messages and says so in base", () => {
  const { box, sent } = outbox();
  for (const i of upTo(MAX_RETAINED_SIGNALS)) box.push(i);
  box.open();
  assertEquals(sent[0], { id: 1, data: 1 });
  box.suspend();
  sent.length = 0;
  box.push("one too many");
  box.open();
  assertEquals(sent[0], { id: 2, base: 2, data: 2 });
});

Deno.test("Outbox forgets the oldest beyond 1 MiB", () => {
  const { settled, push } = outbox();
  const kilobytes100 = "x".repeat(102_398); // and two quotes
  for (let i = 0; i < 10; i++) push(kilobytes100);
  assertEquals(settled, []);
  push(kilobytes100);
  assertEquals(settled, [[kilobytes100, false]]);
});

Deno.test("Outbox leaves no timer behind when everything is acknowledged or it is suspended", () => {
  const { box, clock } = outbox();
  box.open();
  box.push("a");
  assertEquals(clock.waiting, 1);
  box.acknowledge(1);
  assertEquals(clock.waiting, 0);
  box.push("b");
  box.suspend();
  assertEquals(clock.waiting, 0);
});

/** Two ends over a bad wire. What one pushes, the other gets exactly once and in order, or is told of a gap. */
function overLossyWire(seed: number) {
  const random = seededRandom(seed);
  const clock = new VirtualClock();
  const faults = {
    lost: random() * 0.4,
    doubled: random() * 0.4,
    delay: random() * 3_000,
  };
  // Some seeds push far more than is kept while the way is shut, so that gaps come up.
  const isFlood = seed % 4 === 0;
  const got: number[] = [];
  const gaps: number[] = [];
  let mostUnderWay = 0;
  let settled = 0;
  const there = new LossyWire<Numbered>(clock, random, faults, (message) => {
    inbox.receive(message);
  });
  const back = new LossyWire<number>(
    clock,
    random,
    faults,
    (id) => outbox.acknowledge(id),
  );
  const outbox = new Outbox({
    clock,
    transmit(message) {
      mostUnderWay = Math.max(mostUnderWay, message.id - settled);
      there.put(message);
    },
  });
  const inbox = new Inbox({
    clock,
    deliver: (data) => got.push(data as number),
    onGap: () => gaps.push(got.length),
    acknowledge: (id) => back.put(id),
    ackDelayMs: () => 50,
  });
  let pushed = 0;
  for (let step = 0; step < 40; step++) {
    const count = between(random, 0, isFlood ? 80 : 10);
    for (let i = 0; i < count; i++) outbox.push(++pushed, () => settled++);
    if (random() < 0.3) outbox.suspend();
    else if (random() < 0.5) outbox.open();
    clock.runNow(random() * 1_000);
  }
  outbox.open();
  there.faults = back.faults = { lost: 0.1, doubled: 0.1, delay: 50 };
  clock.runNow(300_000);
  return { got, gaps, pushed, mostUnderWay, settled, clock };
}

Deno.test("Outbox and Inbox lose, double and reorder nothing over a lossy, doubling, reordering wire (400 seeds)", () => {
  let gapsSeen = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const { got, gaps, pushed, mostUnderWay, settled, clock } = overLossyWire(
      seed,
    );
    let last = 0;
    got.forEach((value, i) => {
      const skips = value !== last + 1;
      assert(value > last, `seed ${seed}: ${value} came after ${last}`);
      assert(!skips || gaps.includes(i), `seed ${seed}: lost before ${value}`);
      last = value;
    });
    assertEquals(last, pushed, `seed ${seed}: not everything arrived`);
    assert(mostUnderWay <= SIGNAL_WINDOW, `seed ${seed}: window`);
    assertEquals(settled, pushed, `seed ${seed}`);
    assertEquals(clock.waiting, 0, `seed ${seed}: timers are left`);
    gapsSeen += gaps.length;
  }
  assert(gapsSeen > 20, `only ${gapsSeen} gaps came up`);
});
