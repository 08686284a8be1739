import { type Running, startDeno } from "../offline/processes.ts";
import { Collector } from "./collector.ts";

/** A server in a process of its own that exports all that Deno's OpenTelemetry has. */
export class ObservedServer implements AsyncDisposable {
  readonly #collector: Collector;
  readonly #process: Running;
  #metrics = "";

  private constructor(collector: Collector, process: Running) {
    this.#collector = collector;
    this.#process = process;
  }

  /** `env`: its settings. Its database is empty and its own. */
  static async start(
    env: Record<string, string>,
  ): Promise<ObservedServer> {
    const collector = new Collector();
    const server = startDeno(["run", "-A", "tests/operations/server.ts"], {
      ...collector.env,
      DENO_KV_URL: ":memory:",
      ...env,
    });
    await server.wrote(/listening on \d+/);
    return new ObservedServer(collector, server);
  }

  get url(): string {
    const port = /listening on (\d+)/.exec(this.#process.output())![1];
    return `http://127.0.0.1:${port}`;
  }

  async scrape(token: string): Promise<void> {
    const response = await fetch(`${this.url}/metrics`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    this.#metrics += await response.text();
  }

  /** Waits until a request was exported as a span of that name, and with it what happened before. */
  exported(name: string): Promise<void> {
    return this.#collector.got("traces", name);
  }

  /** The spans below those of a name. */
  spansBelow(name: string): string[] {
    const spans = this.#collector.spans();
    const above = new Set(
      spans.filter((span) => span.name === name).map(({ spanId }) => spanId),
    );
    return spans.filter(({ parentSpanId }) => above.has(parentSpanId))
      .map((span) => span.name);
  }

  /** Sends it away in good order, and waits until it is gone. */
  async drain(): Promise<void> {
    this.#process.child.kill("SIGINT");
    await this.#process.ended;
  }

  /** All that ever came out of it, by the way that it took. */
  channels(): Record<string, string> {
    return {
      "standard output and error": this.#process.output(),
      "/metrics": this.#metrics,
      "exported logs": this.#collector.received("logs"),
      "exported metrics": this.#collector.received("metrics"),
      "exported traces": this.#collector.received("traces"),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#collector[Symbol.asyncDispose]();
  }
}
