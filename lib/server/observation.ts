import type { Clock } from "../protocol/clock.ts";
import type { Metrics } from "./metrics.ts";
import type { Store } from "./store.ts";
import { beginSpan } from "./tracing.ts";

/** Has every operation of a store timed and counted, and traced where a request waits for it. */
export function observeStore(
  store: Store,
  metrics: Metrics,
  clock: Clock,
): void {
  store.onOperation = (operation) => {
    const beganAt = clock.monotonic();
    const endSpan = beginSpan(`kv ${operation}`);
    return (outcome) => {
      const seconds = (clock.monotonic() - beganAt) / 1_000;
      metrics.kvOperations.observe({ operation, outcome }, seconds);
      endSpan(outcome === "ok");
    };
  };
}
