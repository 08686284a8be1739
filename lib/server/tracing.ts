/**
 * What we add to the traces that Deno makes by itself where `OTEL_DENO` is set (`docs/operations.md`); elsewhere all of it does nothing.
 * Spans hold route patterns, ids and codes only.
 */
import {
  context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

const tracer = trace.getTracer("ringdown");

/** Names the span of a request by its route, as OpenTelemetry's HTTP conventions want it: Deno knows only the method. */
export function nameRequest(method: string, route: string): void {
  const span = trace.getActiveSpan();
  span?.updateName(`${method} ${route}`);
  span?.setAttribute("http.route", route);
}

/** Runs what outlives the present request, and so belongs to no trace: a socket's callbacks run in the context of its upgrade. */
export function untraced(task: () => void): void {
  context.with(ROOT_CONTEXT, task);
}

/** Begins a span below the present request's, if there is one: what happens on its own is not traced. Call what comes back when it is over. */
export function beginSpan(name: string): (isGood: boolean) => void {
  if (!trace.getActiveSpan()) return () => {};
  const span: Span = tracer.startSpan(name);
  return (isGood) => {
    if (!isGood) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}
