/** What a collector was sent, by kind: `/v1/logs`, `/v1/metrics`, `/v1/traces`. */
export type Kind = "logs" | "metrics" | "traces";

/** A span, as far as it matters here. */
export interface Span {
  name: string;
  spanId: string;
  parentSpanId: string;
}

interface Resource {
  scopeSpans: { spans: Span[] }[];
}

/** An OpenTelemetry collector that keeps what it is sent (OTLP 1.0 over HTTP, in JSON). */
export class Collector implements AsyncDisposable {
  readonly #received: Record<Kind, string[]> = {
    logs: [],
    metrics: [],
    traces: [],
  };
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async (request) => {
      const kind = new URL(request.url).pathname.split("/")[2] as Kind;
      this.#received[kind].push(await request.text());
      return Response.json({});
    },
  );

  /** Settings that make Deno export to it, several times a second. */
  get env(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_BLRP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    };
  }

  /** All that it was sent of a kind, as JSON documents one behind the other. */
  received(kind: Kind): string {
    return this.#received[kind].join("\n");
  }

  spans(): Span[] {
    return this.#received.traces.flatMap((text) =>
      JSON.parse(text).resourceSpans.flatMap((resource: Resource) =>
        resource.scopeSpans.flatMap(({ spans }) => spans)
      )
    );
  }

  /** Waits until something was sent, for 20 s at most. */
  async got(kind: Kind, text: string): Promise<void> {
    const patience = AbortSignal.timeout(20_000);
    while (!this.received(kind).includes(text)) {
      patience.throwIfAborted();
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
