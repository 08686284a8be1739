/** The product in a process of its own, and what of its memory is in use. */
import { ownBytes } from "../../bench/process.ts";
import { buildProduct } from "../browser/build.ts";
import { Product } from "../browser/server.ts";
import { until } from "../browser/tab.ts";

/** In MiB, once the collector has been and what is free was given back. */
export interface Memory {
  /** In use: by the objects of JavaScript, and allocated by everything else. */
  used: number;
  /** Of that the objects. */
  heap: number;
  /** What the process holds of the system's memory, in use or in reserve (proc(5), `RssAnon`). */
  resident: number;
}

const MIB = 1_048_576;
/** As `collecting_server.ts` writes it. */
const REPORT = /^collected (.*)$/gm;

/** Starts a server whose memory can be looked at. */
export async function startCollecting(
  env: Record<string, string>,
): Promise<Product> {
  await buildProduct();
  return await Product.start({
    env,
    command: (port) => [
      Deno.execPath(),
      "serve",
      "-A",
      "--host=127.0.0.1",
      `--port=${port}`,
      "tests/fuzz/collecting_server.ts",
    ],
  });
}

/** Has the server collect its garbage, and says what is left. */
export async function collected(product: Product): Promise<Memory> {
  const reports = () => [...product.output.matchAll(REPORT)];
  const before = reports().length;
  Deno.kill(product.pid!, "SIGUSR2");
  await until(() => Promise.resolve(reports().length > before), {
    timeoutMs: 30_000,
    what: "a report of the server's heap",
  });
  const { heapUsed, allocated } = JSON.parse(reports().at(-1)![1]);
  return {
    used: mib(heapUsed + allocated),
    heap: mib(heapUsed),
    resident: mib(await ownBytes(product.pid!)),
  };
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB * 10) / 10;
}
