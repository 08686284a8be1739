/** The product itself, in a process of its own, for a browser test. */
import { buildProduct } from "./build.ts";
import { end, type Leash, leash } from "./leash.ts";
import { ROOT } from "./lock.ts";
import { until } from "./tab.ts";

/** What to start, where it differs from the built product. */
export interface ProductOptions {
  /** The command for a port; without it the product is built and served. */
  command?: (port: number) => string[];
  /** Settings on top of (or, given undefined, instead of) the usual ones. */
  env?: Record<string, string | undefined>;
  /** Answers 2xx when the server can serve. */
  readyPath?: string;
  /** How long it may take until then. */
  patienceMs?: number;
}

/**
 * One server on one port with data of its own. It can be killed, stopped and
 * started again; port, settings and data stay. It ends with the test, even
 * with a test that is killed.
 */
export class Product implements AsyncDisposable {
  readonly port: number;
  /** Where a browser finds it: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The folder of its Deno KV file. */
  readonly data: string;
  readonly #options: ProductOptions;
  readonly #secret = crypto.getRandomValues(new Uint8Array(32)).toHex();
  #running:
    | { child: Deno.ChildProcess; tie: Leash; read: Promise<void> }
    | undefined;
  #output = "";

  private constructor(port: number, data: string, options: ProductOptions) {
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.data = data;
    this.#options = options;
  }

  /** Starts a server and waits until it is ready. */
  static async start(options: ProductOptions = {}): Promise<Product> {
    if (!options.command) await buildProduct();
    const data = await Deno.makeTempDir({ prefix: "ringdown-product-" });
    const product = new Product(freePort(), data, options);
    try {
      await product.start();
    } catch (error) {
      await product.close();
      throw error;
    }
    return product;
  }

  /** All that it has written so far, in all its lives. */
  get output(): string {
    return this.#output;
  }

  /** Its process, while it runs. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** Starts it again after `kill` or `stop`. */
  async start(): Promise<void> {
    if (this.#running) throw new Error("the server is running already");
    const [program, ...args] = (this.#options.command ?? served)(this.port);
    const child = new Deno.Command(program, {
      args,
      cwd: ROOT,
      env: this.#env(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const read = Promise.all([
      this.#collect(child.stdout),
      this.#collect(child.stderr),
    ]).then(() => {});
    this.#running = {
      child,
      tie: leash({ pid: child.pid, folder: this.data }),
      read,
    };
    let ended = false;
    child.status.then(() => ended = true);
    await until(async () => ended || await this.#ready(), {
      timeoutMs: this.#options.patienceMs ?? 30_000,
      what: `the server's readiness`,
    }).catch((error) => {
      throw new Error(`${error.message}\n${this.#output}`);
    });
    if (ended) {
      await this.#gone();
      throw new Error(`the server ended at once:\n${this.#output}`);
    }
  }

  /** Kills it (SIGKILL): no farewell, nothing written. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops it as an operator would (SIGINT); gives its exit status. */
  async stop(): Promise<Deno.CommandStatus> {
    return await this.#end("SIGINT");
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    if (this.#running) await this.kill();
    await Deno.remove(this.data, { recursive: true }).catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(signal: Deno.Signal): Promise<Deno.CommandStatus> {
    if (!this.#running) throw new Error("the server is not running");
    const status = await end(this.#running.child, signal, 15_000);
    await this.#gone();
    return status;
  }

  async #gone(): Promise<void> {
    await this.#running?.tie.release();
    await this.#running?.read;
    this.#running = undefined;
  }

  async #ready(): Promise<boolean> {
    const path = this.#options.readyPath ?? "/readyz";
    const answer = await fetch(this.origin + path, {
      signal: AbortSignal.timeout(2000),
    });
    await answer.body?.cancel();
    return answer.ok;
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.#output += decoder.decode(bytes, { stream: true });
    }
  }

  /** What is around the test, such as JSR_URL, and the product's settings. */
  #env(): Record<string, string> {
    const env: Record<string, string | undefined> = {
      ...Deno.env.toObject(),
      HOST: "127.0.0.1",
      PORT: String(this.port),
      DENO_KV_URL: `${this.data}/kv.sqlite3`,
      JWT_SECRET: this.#secret,
      NO_COLOR: "1",
      ...this.#options.env,
    };
    return Object.fromEntries(
      Object.entries(env).filter((pair): pair is [string, string] =>
        pair[1] !== undefined
      ),
    );
  }
}

function served(port: number): string[] {
  return [
    Deno.execPath(),
    "serve",
    "-A",
    "--host=127.0.0.1",
    `--port=${port}`,
    "_fresh/server.js",
  ];
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
