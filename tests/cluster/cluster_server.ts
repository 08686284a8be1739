/** One server process of a cluster, and its ends: by surprise, in good order, and replaced. */
import { ROOT } from "../browser/lock.ts";
import { Product } from "../browser/server.ts";
import type { ClusterOptions } from "./cluster.ts";
import type { KvProxy } from "./kv_proxy.ts";

export class ClusterServer implements AsyncDisposable {
  /** Between it and the database. */
  readonly kv: KvProxy;
  /** Its settings. What is changed here holds from the next start on. */
  readonly env: Record<string, string>;
  /** The address of a balancer that leads here, and to another server while this one is down or drained. */
  origin = "";
  readonly #product: Product;
  readonly #drained: Set<number>;

  private constructor(
    product: Product,
    kv: KvProxy,
    env: Record<string, string>,
    drained: Set<number>,
  ) {
    this.#product = product;
    this.kv = kv;
    this.env = env;
    this.#drained = drained;
  }

  /** @param drained the ports to which no balancer leads; this server puts its own there while it is drained. */
  static async start(
    kv: KvProxy,
    env: Record<string, string>,
    drained: Set<number>,
    options: Pick<ClusterOptions, "isolates" | "withoutBroadcastChannel">,
  ): Promise<ClusterServer> {
    const { isolates = 1, withoutBroadcastChannel = false } = options;
    if (isolates > 1) env.DENO_JOBS = String(isolates);
    const product = await Product.start({
      command: (port) => [
        Deno.execPath(),
        "serve",
        "-A",
        ...isolates > 1 ? ["--parallel"] : [],
        "--host=127.0.0.1",
        `--port=${port}`,
        withoutBroadcastChannel
          ? `${ROOT}tests/cluster/without_broadcast_channel.ts`
          : "_fresh/server.js",
      ],
      env,
    });
    return new ClusterServer(product, kv, env, drained);
  }

  get port(): number {
    return this.#product.port;
  }

  /** Where this very process listens, with no balancer before it. */
  get directOrigin(): string {
    return this.#product.origin;
  }

  /** The number of its process, while it runs. */
  get pid(): number | undefined {
    return this.#product.pid;
  }

  /** All that it has logged, in all its lives. */
  get output(): string {
    return this.#product.output;
  }

  /** Ends it without warning (SIGKILL). */
  async kill(): Promise<void> {
    await this.#product.kill();
  }

  /** Takes it out of service as a platform does: no new connections, SIGINT, and the end. Tells how long that took, in milliseconds. */
  async drain(): Promise<number> {
    this.#drained.add(this.port);
    const before = performance.now();
    await this.#product.stop();
    return performance.now() - before;
  }

  /** Starts it again after `kill` or `drain`: a new instance on the same port. */
  async start(): Promise<void> {
    await this.#product.start();
    this.#drained.delete(this.port);
  }

  /** Tells its process something. */
  signal(name: Deno.Signal): void {
    Deno.kill(this.#product.pid!, name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#product.close();
  }
}
