import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ratesBetween, readStats } from "@/lib/client/mesh/stats.ts";
import { FakeStats } from "../../fakes/stats.ts";

/** What happened in `seconds`, in which `change` was done to the stats. */
function ratesOver(
  seconds: number,
  change: (stats: FakeStats) => void,
  stats = new FakeStats(),
) {
  const before = readStats(stats.report(), 0);
  change(stats);
  return ratesBetween(before, readStats(stats.report(), seconds * 1_000));
}

Deno.test("readStats tells the path by both ends of the selected pair, however it is marked", () => {
  const table = [
    ["host", "host", "direct"],
    ["srflx", "host", "reflexive"],
    ["host", "prflx", "reflexive"],
    ["relay", "host", "relayed"],
    ["srflx", "relay", "relayed"],
  ];
  for (const transport of ["named", "marked"] as const) {
    for (const [local, remote, path] of table) {
      const stats = new FakeStats();
      Object.assign(stats, { transport, types: { local, remote } });
      assertEquals(readStats(stats.report(), 0).path, path);
    }
  }
  assertEquals(readStats(new Map() as RTCStatsReport, 0).path, null);
});

Deno.test("readStats: a candidate that was met before it was told is what it is told to be", () => {
  const stats = new FakeStats();
  stats.types.remote = "prflx";
  stats.remote = { address: "fd00::2", port: 4000 };
  const path = (candidate: string) =>
    readStats(
      stats.report(),
      0,
      `v=0\r\na=candidate:1 1 udp 99 ${candidate}\r\n`,
    )
      .path;
  assertEquals(path("fd00::2 4000 typ host"), "direct");
  assertEquals(path("fd00::2 4001 typ host"), "reflexive");
  assertEquals(
    path("fd00::2 4000 typ srflx raddr 10.0.0.1 rport 4000"),
    "reflexive",
  );
});

Deno.test("readStats takes the round trip of the pair, or of the other's reports", () => {
  const stats = new FakeStats();
  assertEquals(readStats(stats.report(), 0).roundTripMs, 40);
  delete stats.pair.currentRoundTripTime;
  assertEquals(readStats(stats.report(), 0).roundTripMs, null);
  stats.reported.roundTripTime = 0.07;
  assertAlmostEquals(readStats(stats.report(), 0).roundTripMs!, 70);
});

Deno.test("ratesBetween: rates of what went by", () => {
  const rates = ratesOver(2, (stats) => stats.flow(2, 10))!;
  assertAlmostEquals(rates.sendKbps, 40);
  assertAlmostEquals(rates.receiveKbps, 36);
  assertAlmostEquals(rates.lossPercent!, 10);
  assertAlmostEquals(rates.concealedPercent!, 10);
  assertAlmostEquals(rates.bufferMs!, 50);
  assertEquals(rates.sendLossPercent, 0);
});

Deno.test("ratesBetween: what was made up in silence was not heard", () => {
  const rates = ratesOver(2, (stats) => {
    stats.flow(2, 10);
    stats.received.silentConcealedSamples = stats.received.concealedSamples / 2;
  })!;
  assertAlmostEquals(rates.concealedPercent!, 5);
});

Deno.test("ratesBetween: losses that turn out late are none, and a handful of packets tells nothing of loss", () => {
  const late = ratesOver(2, (stats) => {
    stats.flow(2);
    stats.received.packetsLost = -3;
  })!;
  assertEquals(late.lossPercent, 0);
  const muted = ratesOver(2, (stats) => stats.flow(0.2, 20))!;
  assertEquals([muted.lossPercent, muted.sendLossPercent], [null, null]);
});

Deno.test("ratesBetween: of a stream that rests the last report counts no more", () => {
  const used = new FakeStats();
  used.flow(10);
  const rests = ratesOver(2, (stats) => {
    stats.reported.fractionLost = 0.5;
  }, used)!;
  assertEquals(rests.sendLossPercent, null);
  const goes = ratesOver(2, (stats) => {
    stats.reported.fractionLost = 0.25;
    stats.flow(2);
  })!;
  assertEquals(goes.sendLossPercent, 25);
});

Deno.test("ratesBetween: sums that go back are of another connection", () => {
  const used = new FakeStats();
  used.flow(10);
  for (const name of ["packetsReceived", "totalSamplesReceived"]) {
    assertEquals(
      ratesOver(2, (stats) => {
        stats.received[name] = 1;
      }, used),
      null,
      name,
    );
  }
  assertEquals(ratesOver(0, () => {}), null);
});

Deno.test("readStats: an empty report, and one full of nonsense, is of no harm", () => {
  const empty = readStats(new Map() as RTCStatsReport, 0);
  assertEquals(ratesBetween(empty, { ...empty, at: 2_000 })?.lossPercent, null);
  const odd = new FakeStats();
  Object.assign(odd.received, { jitter: NaN, packetsReceived: "many" });
  const { jitterMs, packetsReceived } = readStats(odd.report(), 0);
  assertEquals([jitterMs, packetsReceived], [null, 0]);
});
