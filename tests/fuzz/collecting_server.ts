/**
 * The built product, which collects its garbage and tells of its heap whenever it gets SIGUSR2: a server with nothing to do would not, and
 * V8 keeps tens of MiB in reserve.
 *
 * @module
 */
import { allocatedBytes } from "./allocator.ts";
import { collectGarbage } from "./collector.ts";

Deno.addSignalListener("SIGUSR2", async () => {
  await collectGarbage();
  const { heapUsed } = Deno.memoryUsage();
  const report = { heapUsed, allocated: allocatedBytes() };
  console.log(`collected ${JSON.stringify(report)}`);
});

const server = new URL("../../_fresh/server.js", import.meta.url);

export default (await import(server.href)).default;
