import { assertEquals } from "@std/assert";
import { Inbox } from "@/lib/client/inbox.ts";
import { ACK_DELAY_MS } from "@/lib/protocol/limits.ts";
import { VirtualClock } from "../fakes/clock.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

Deno.test("Inbox acknowledges within 50 ms of a delivery, and a double at once", () => {
  const clock = new VirtualClock();
  const acks: number[] = [];
  const got: unknown[] = [];
  const inbox = new Inbox({
    clock,
    deliver: (data) => got.push(data),
    onGap: () => {},
    acknowledge: (id) => acks.push(id),
  });
  inbox.receive({ id: 2, data: "b" });
  inbox.receive({ id: 1, data: "a" });
  assertEquals([got, acks], [["a", "b"], []]);
  clock.runNow(ACK_DELAY_MS);
  assertEquals(acks, [2]);
  inbox.receive({ id: 1, data: "a" });
  assertEquals([got, acks], [["a", "b"], [2, 2]]);
  inbox.receive({ id: 3, data: "c" });
  inbox.close();
  clock.runNow(1_000);
  assertEquals(acks, [2, 2]);
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
