import { assertEquals } from "@std/assert";
import { Metrics } from "@/lib/server/metrics.ts";
import { addProcessMetrics } from "@/lib/server/process_metrics.ts";
import { VirtualClock } from "../fakes/clock.ts";

const text = await Deno.readTextFile(
  new URL("../../docs/operations.md", import.meta.url),
);

Deno.test("docs/operations.md lists every metric that there is, with its kind, labels and meaning", () => {
  const metrics = new Metrics();
  metrics.describe("i1", () => {
    throw new Error("nobody has asked");
  });
  addProcessMetrics(metrics.registry, new VirtualClock());
  const real = metrics.registry.getMetricsAsArray().map((metric) => {
    // prom-client's types leave the labels out.
    const { labelNames } = metric as unknown as { labelNames: string[] };
    const labels = labelNames.map((name) => `\`${name}\``).join(", ");
    return [`\`${metric.name}\``, metric.type, labels, metric.help];
  });
  const written = [...text.matchAll(/^\| (`\w+`) .*\|$/gm)]
    .map(([row]) => row.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter(([name]) => /^`(ringdown|process)_/.test(name));
  assertEquals(written.toSorted(), real.toSorted());
});
