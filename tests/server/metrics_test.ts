import { assert, assertEquals } from "@std/assert";
import { Metrics } from "@/lib/server/metrics.ts";
import { observeStore } from "@/lib/server/observation.ts";
import { addProcessMetrics } from "@/lib/server/process_metrics.ts";
import { Store } from "@/lib/server/store.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { Rig } from "./rig.ts";

/** The value of a series, by its labels; undefined when there is none. */
async function valueOf(
  { registry }: Metrics,
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  const metrics = await registry.getMetricsAsJSON();
  const values = metrics.flatMap(({ values }) => values) as {
    metricName?: string;
    labels: Record<string, string>;
    value: number;
  }[];
  const named = name.endsWith("_count")
    ? values.filter(({ metricName }) => metricName === name)
    : metrics.find((metric) => metric.name === name)?.values ?? [];
  return named.find(({ labels: has }) =>
    Object.entries(labels).every(([label, value]) =>
      (has as Record<string, string>)[label] === value
    )
  )?.value;
}

Deno.test("Metrics: signals between instances count on both ways, and their parcels by carrier", async () => {
  await using rig = new Rig();
  const [one, other] = [await rig.start(), await rig.start()];
  const room = await one.room({ maxParticipants: 3 });
  const ann = await one.enter(room, "Ann");
  const ben = await other.enter(room, "Ben");
  await ann.next("join");
  ann.send({ type: "signal", to: ben.memberId, data: 1 });
  await ben.next("signal");
  const { metrics } = one.instance;
  assertEquals(
    await valueOf(metrics, "ringdown_signals_total", { way: "onward" }),
    1,
  );
  const parcels = await valueOf(metrics, "ringdown_bus_parcels_total", {
    carrier: "memory",
    outcome: "ok",
  });
  assert(parcels && parcels >= 1);
  const commits = await valueOf(
    metrics,
    "ringdown_kv_operation_duration_seconds_count",
    { operation: "commit", outcome: "ok" },
  );
  assert(commits && commits >= 3, `${commits} commits`);
});

Deno.test("Metrics: operations of a database that hangs count as late, those that fail as failed", async () => {
  const clock = new VirtualClock();
  const state = { hangs: true };
  const kv = {
    get: () =>
      state.hangs ? new Promise(() => {}) : Promise.reject(new Error("down")),
    close() {},
  } as unknown as Deno.Kv;
  const store = new Store(() => Promise.resolve(kv), clock);
  const metrics = new Metrics();
  observeStore(store, metrics, clock);
  metrics.describe("i1", () => ({
    sockets: 0,
    members: 0,
    rooms: 0,
    keptSeats: 0,
    overdueKvOperations: store.overdue,
  }));
  const late = store.get(["a"]).catch(() => {});
  await clock.advance(2_000);
  await late;
  state.hangs = false;
  await store.get(["a"]).catch(() => {});
  const count = (outcome: string) =>
    valueOf(metrics, "ringdown_kv_operation_duration_seconds_count", {
      operation: "get",
      outcome,
    });
  assertEquals([await count("late"), await count("failed")], [1, 1]);
  assertEquals(await valueOf(metrics, "ringdown_kv_operations_overdue"), 1);
});

Deno.test("Metrics: how late the event loop is, is seen from the first scrape on", async () => {
  const { registry } = new Metrics();
  const clock = new VirtualClock();
  const end = addProcessMetrics(registry, clock);
  const samples = async () =>
    /^ringdown_event_loop_lag_seconds_count (\d+)$/m
      .exec(await registry.metrics())?.[1];
  await clock.advance(10_000);
  assertEquals(await samples(), "0");
  await clock.advance(10_000);
  assertEquals(await samples(), "20");
  end();
  assertEquals(clock.waiting, 0);
  const memory = /^process_resident_memory_bytes (\d+)/m
    .exec(await registry.metrics())?.[1];
  assert(Number(memory) > 1e6);
});
