/** What stands between an instance and its database, and can go wrong. */
import { freePort } from "./ports.ts";

/** Everything that a database may do to an instance for a while. */
export const FAULTS = [
  /** Watches stay open and say nothing. */
  "watch-silent",
  /** Watches are cut, and new ones after a second. */
  "watch-cut",
  /** Watches are cut, and new ones get a 429. */
  "watch-quota",
  /** 503 to everything. */
  "unavailable",
  /** 429 to everything: its quota is used up. */
  "quota",
  /** Nobody listens, and what was connected is cut. */
  "refused",
  /** No answer to anything; when it is over, what waits is cut. */
  "hung",
  /** No answer to anything; when it is over, what waits is done and answered. */
  "hung-then-answered",
  /** Everything is done at once, and answered after 3 s, or when the trouble is over. */
  "late",
  /** Of one write in a hundred, done like the others, the reply is lost. */
  "replies-lost",
] as const;
export type Fault = typeof FAULTS[number];

const LATE_MS = 3_000;
const LOST_SHARE = 0.01;
const WATCH_LIFE_MS = 1_000;

/**
 * A proxy for KV Connect, the protocol of remote Deno KV (github.com/denoland/denokv, proto/kv-connect.md): a POST per operation, of which a
 * watch is answered without end. Deno's client speaks HTTP/2 with prior knowledge to it.
 */
export class KvProxy implements AsyncDisposable {
  /** Where `Deno.openKv` finds it. */
  readonly url: string;
  /** The share of writes, from 0 to 1, that are done and whose reply is then lost, while there is no fault. */
  lostReplies = 0;
  /** How many replies were lost so far. */
  lost = 0;
  readonly #database: string;
  readonly #port = freePort();
  readonly #random: () => number;
  readonly #watches = new Set<Watch>();
  #fault: Fault | null = null;
  #healed = Promise.withResolvers<void>();
  #server: { listening: Deno.HttpServer; cut: AbortController };

  /** @param database the URL of the real one. */
  constructor(database: string, random: () => number = Math.random) {
    this.url = `http://127.0.0.1:${this.#port}`;
    this.#database = database;
    this.#random = random;
    this.#server = this.#listen();
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  /** Begins a fault, or ends it: null. */
  async setFault(fault: Fault | null): Promise<void> {
    const before = this.#fault;
    this.#fault = fault;
    if (before === "hung" || fault === "refused") await this.#cut();
    if (before === "refused" || before === "hung") {
      this.#server = this.#listen();
    }
    if (before !== null) {
      this.#healed.resolve();
      this.#healed = Promise.withResolvers();
    }
    if (
      fault === "unavailable" || fault === "quota" || fault === "watch-quota" ||
      fault === "watch-cut"
    ) {
      for (const watch of this.#watches) watch.cut();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#healed.resolve();
    await this.#cut();
  }

  #listen() {
    const cut = new AbortController();
    const listening = Deno.serve(
      {
        hostname: "127.0.0.1",
        port: this.#port,
        signal: cut.signal,
        onListen() {},
      },
      (request) => this.#answer(request),
    );
    return { listening, cut };
  }

  async #cut(): Promise<void> {
    const { listening, cut } = this.#server;
    for (const watch of this.#watches) watch.cut();
    cut.abort();
    await listening.finished;
  }

  async #answer(request: Request): Promise<Response> {
    const operation = new URL(request.url).pathname;
    const isWatch = operation.endsWith("/watch");
    const body = await request.bytes();
    switch (this.#fault) {
      case "unavailable":
        return new Response(null, { status: 503 });
      case "quota":
        return new Response(null, { status: 429 });
      case "watch-quota":
        if (isWatch) return new Response(null, { status: 429 });
        break;
      case "hung":
      case "hung-then-answered":
        await this.#healed.promise;
    }
    const answer = await fetch(this.#database + operation, {
      method: "POST",
      headers: request.headers,
      body,
    });
    if (isWatch && answer.ok) return this.#watch(answer);
    const reply = await answer.bytes();
    if (this.#fault === "late") await this.#hold(LATE_MS);
    const lostShare = this.#fault === "replies-lost"
      ? LOST_SHARE
      : this.lostReplies;
    if (operation.endsWith("/atomic_write") && this.#random() < lostShare) {
      this.lost++;
      return new Response(null, { status: 503 });
    }
    return new Response(reply, {
      status: answer.status,
      headers: answer.headers,
    });
  }

  /** Resolves after `ms`, or when the fault is over. */
  async #hold(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const held = new Promise((resolve) => timer = setTimeout(resolve, ms));
    await Promise.race([held, this.#healed.promise]);
    clearTimeout(timer);
  }

  #watch(answer: Response): Response {
    const watch = new Watch(
      answer.body!,
      () => this.#fault !== "watch-silent" && !this.#fault?.startsWith("hung"),
      () => this.#watches.delete(watch),
    );
    this.#watches.add(watch);
    if (this.#fault === "watch-cut") {
      setTimeout(() => watch.cut(), WATCH_LIFE_MS);
    }
    return new Response(watch.stream, { headers: answer.headers });
  }
}

/** One watch that goes through. */
class Watch {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #controller: TransformStreamDefaultController<Uint8Array>;

  /** @param isHeard whether what the database says goes through now. */
  constructor(
    source: ReadableStream<Uint8Array>,
    isHeard: () => boolean,
    onEnd: () => void,
  ) {
    let begun: TransformStreamDefaultController<Uint8Array>;
    const through = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => void (begun = controller),
      transform(bytes, controller) {
        if (isHeard()) controller.enqueue(bytes);
      },
    });
    this.#controller = begun!;
    this.stream = through.readable;
    source.pipeTo(through.writable)
      .catch(() => {}) // cut, or given up by the instance
      .finally(onEnd);
  }

  cut(): void {
    this.#controller.terminate();
  }
}
