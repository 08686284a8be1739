import { assertEquals } from "@std/assert";
import { Recovery } from "@/lib/client/mesh/recovery.ts";
import { VirtualClock } from "../../fakes/clock.ts";

/** A ladder that writes down what it wants done, and when, in seconds. Chance comes out at its highest. */
function rig({ mayRelay = false } = {}) {
  const clock = new VirtualClock();
  const log: [number, string][] = [];
  const act = (what: string) => () => {
    log.push([clock.monotonic() / 1_000, what]);
  };
  const recovery = new Recovery({
    clock,
    random: () => 1,
    offer: act("offer"),
    restart: act("restart"),
    refresh: act("refresh"),
    rebuild: (relayOnly) => act(relayOnly ? "relay" : "rebuild")(),
    mayRelay: () => mayRelay,
    onState: (state) => act(state)(),
  });
  recovery.setReachable(true);
  return { clock, log, recovery };
}

Deno.test("Recovery restarts 1.5 s after a loss, and rebuilds 10 s after a restart that brought nothing", () => {
  const { clock, log, recovery } = rig();
  recovery.negotiated();
  recovery.became("connected");
  recovery.became("disconnected");
  clock.runNow(60_000);
  assertEquals(log, [
    [0, "connected"],
    [0, "reconnecting"],
    [1.5, "restart"],
    [5.5, "refresh"],
    [11.5, "rebuild"],
  ]);
});

Deno.test("Recovery does nothing when a loss mends by itself, or by the restart", () => {
  const { clock, log, recovery } = rig();
  recovery.negotiated();
  for (const wait of [1_499, 11_000]) {
    recovery.became("connected");
    recovery.became("disconnected");
    clock.runNow(wait);
  }
  recovery.became("connected");
  clock.runNow(60_000);
  assertEquals(log.filter(([, what]) => what === "restart").length, 1);
  assertEquals(log.filter(([, what]) => what === "rebuild").length, 0);
  assertEquals(clock.waiting, 0);
});

Deno.test("Recovery rebuilds after failed: at once, then after 1, 2, 4, 8, 8 s at most", () => {
  const { clock, log, recovery } = rig();
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    log.length = 0;
    const failedAt = clock.monotonic();
    recovery.became("failed");
    while (!log.some(([, what]) => what === "rebuild")) clock.runNow(100);
    waits.push(log[log.length - 1][0] - failedAt / 1_000);
    recovery.built();
  }
  const rounded = waits.map((wait) => Math.round(wait * 10) / 10);
  assertEquals(rounded, [0, 1, 2, 4, 8, 8]);
  assertEquals(recovery.state, "failed");
  recovery.became("connected");
  recovery.became("failed");
  assertEquals(recovery.state, "reconnecting");
});

Deno.test("Recovery asks for fresh credentials at every failure, and tries every second connection by relays alone, where there are any", () => {
  for (const mayRelay of [true, false]) {
    const { clock, log, recovery } = rig({ mayRelay });
    for (let i = 0; i < 4; i++) {
      recovery.became("failed");
      clock.runNow(8_000);
      recovery.built();
    }
    const done = log.map(([, what]) => what);
    assertEquals(done.filter((what) => what === "refresh").length, 4);
    const second = mayRelay ? "relay" : "rebuild";
    assertEquals(
      done.filter((what) => what.startsWith("re") && what !== "refresh"),
      ["rebuild", second, "rebuild", second],
    );
  }
});

Deno.test("Recovery makes an offer when none comes for 10 s, and rebuilds when 15 more bring no answer", () => {
  const { clock, log } = rig();
  clock.runNow(60_000);
  assertEquals(log, [[10, "offer"], [25, "rebuild"]]);
});

Deno.test("Recovery, closed, does nothing more", () => {
  const { clock, log, recovery } = rig();
  recovery.became("failed");
  log.length = 0;
  recovery.close();
  recovery.setReachable(false);
  recovery.setReachable(true);
  clock.runNow(60_000);
  assertEquals(log, []);
});
