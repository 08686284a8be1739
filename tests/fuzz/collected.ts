/** The product in a process of its own, and what of its memory is in use. */
import { ownBytes } from "../../bench/process.ts";
import { buildProduct } from "../browser/build.ts";
import { Product } from "../browser/server.ts";
import { until } from "../browser/tab.ts";

/** In MiB, once the collector has been: what the process holds, and of that the objects of JavaScript and what belongs to them. */
export interface Memory {
  own: number;
  heap: number;
  external: number;
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
  const { heapUsed, external } = JSON.parse(reports().at(-1)![1]);
  return {
    own: mib(await ownBytes(product.pid!)),
    heap: mib(heapUsed),
    external: mib(external),
  };
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB * 10) / 10;
}
