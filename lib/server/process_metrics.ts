import process from "node:process";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Clock } from "../protocol/clock.ts";
import { servedWith } from "./built_with.ts";

/** How often the event loop is asked how late it is, from the first scrape on. */
const SAMPLE_MS = 500;
const LAG_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/**
 * Adds what is known of the process, by the names that Prometheus' client libraries share, and how late its event loop is. prom-client's own
 * set of these asks Node for what Deno has not, and Deno's `monitorEventLoopDelay` sees no delay (2.9.6).
 *
 * @returns what ends the sampling.
 */
export function addProcessMetrics(
  registry: Registry,
  clock: Clock,
): () => void {
  const registers = [registry];
  new Gauge({
    name: "ringdown_info",
    help: "Always 1. What it runs on.",
    labelNames: ["deno", "fresh"],
    registers,
  }).set({ deno: Deno.version.deno, fresh: servedWith().version }, 1);
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process began, in seconds since 1970.",
    registers,
  }).set(clock.now() / 1_000 - process.uptime());
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Processor time that the process has used.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory of the process.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "process_heap_bytes",
    help: "JavaScript heap in use, of this isolate.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().heapUsed);
    },
  });

  let callOff: (() => void) | undefined;
  const lag = new Histogram({
    name: "ringdown_event_loop_lag_seconds",
    help: "How late a timer was, twice a second from the first scrape on.",
    buckets: LAG_BUCKETS,
    registers,
    collect() {
      if (!callOff) sample();
    },
  });
  function sample() {
    const due = clock.monotonic() + SAMPLE_MS;
    callOff = clock.after(SAMPLE_MS, () => {
      lag.observe(Math.max(0, clock.monotonic() - due) / 1_000);
      sample();
    });
  }
  return () => callOff?.();
}
