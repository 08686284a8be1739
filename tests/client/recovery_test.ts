import { assertEquals } from "@std/assert";
import { Recovery } from "@/lib/client/recovery.ts";
import { VirtualClock } from "../fakes/clock.ts";

/** A ladder that writes down what it wants done, and when, in seconds. Chance comes out at its highest. */
function rig() {
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
    rebuild: act("rebuild"),
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
