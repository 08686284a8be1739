/** The bridge from the client library's views to signals. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Something of the client library that shows itself in snapshots. */
interface Source<View> {
  readonly view: View;
  subscribe(listener: (view: View) => void): () => void;
}

/** A source as a signal, and the function that ends the subscription. */
export function signalOf<View>(
  source: Source<View>,
): [ReadonlySignal<View>, () => void] {
  const view = signal(source.view);
  return [view, source.subscribe((next) => view.value = next)];
}
