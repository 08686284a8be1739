import { assertEquals } from "@std/assert";
import { Inbox } from "@/lib/client/session/inbox.ts";
import { SIGNAL_ACK_DELAY_MS } from "@/lib/protocol/limits.ts";
import { VirtualClock } from "../../fakes/clock.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

Deno.test("Inbox acknowledges within its delay of a delivery, and any number of doubles once", () => {
  const clock = new VirtualClock();
  const acks: number[] = [];
  let delay = SIGNAL_ACK_DELAY_MS;
  const got: unknown[] = [];
  const inbox = new Inbox({
    clock,
    deliver: (data) => got.push(data),
    onGap: () => {},
    acknowledge: (id) => acks.push(id),
    ackDelayMs: () => delay,
  });
  inbox.receive({ id: 2, data: "b" });
  inbox.receive({ id: 1, data: "a" });
  assertEquals([got, acks], [["a", "b"], []]);
  clock.runNow(SIGNAL_ACK_DELAY_MS);
  assertEquals(acks, [2]);
  for (let copies = 0; copies < 300; copies++) {
    inbox.receive({ id: 1, data: "a" });
  }
  clock.runNow(SIGNAL_ACK_DELAY_MS);
  assertEquals([got, acks], [["a", "b"], [2, 2]]);
  inbox.receive({ id: 3, data: "c" });
  delay = 0; // No timer, and none left.
  inbox.receive({ id: 4, data: "d" });
  assertEquals([acks, clock.waiting], [[2, 2, 4], 0]);
  delay = 1;
  inbox.receive({ id: 5, data: "e" });
  inbox.close();
  clock.runNow(1_000);
  assertEquals(acks, [2, 2, 4]);
});

Deno.test("Inbox acknowledges sixteen at once, and what comes then by its delay", () => {
  const clock = new VirtualClock();
  const acks: number[] = [];
  const inbox = new Inbox({
    clock,
    deliver: () => {},
    onGap: () => {},
    acknowledge: (id) => acks.push(id),
    ackDelayMs: () => SIGNAL_ACK_DELAY_MS,
  });
  for (const id of upTo(35)) inbox.receive({ id, data: id });
  assertEquals(acks, [16, 32]);
  clock.runNow(SIGNAL_ACK_DELAY_MS);
  assertEquals(acks, [16, 32, 35]);
});

Deno.test("Inbox holds at most 64 ahead, reports a gap once and goes on at base", () => {
  const clock = new VirtualClock();
  const got: unknown[] = [];
  const log: string[] = [];
  const inbox = new Inbox({
    clock,
    deliver: (data) => got.push(data),
    onGap: () => log.push(`gap after ${got.length}`),
    acknowledge: () => {},
    ackDelayMs: () => 0,
  });
  inbox.receive({ id: 66, data: 66 });
  for (const id of upTo(64)) inbox.receive({ id, data: id });
  assertEquals(got.length, 64);
  inbox.receive({ id: 65, data: 65 });
  assertEquals(got.length, 65); // 66 was too far ahead when it came
  inbox.receive({ id: 101, base: 100, data: 101 });
  inbox.receive({ id: 100, base: 100, data: 100 });
  assertEquals([got.slice(65), log], [[100, 101], ["gap after 65"]]);
  inbox.receive({ id: 102, base: 200, data: "nonsense" });
  assertEquals(log.length, 1);
});
