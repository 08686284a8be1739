/** Listeners of one kind of event. */
export class Emitter<Event> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** Calls `listener` with every event from now on. The function that comes back ends that. */
  subscribe(listener: (event: Event) => void): () => void {
    // Each subscription is its own, even when the same function is given twice.
    const own = (event: Event) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Tells every listener. One that throws is reported and keeps no other from hearing. */
  emit(event: Event): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        reportError(error);
      }
    }
  }

  /** Forgets every listener. */
  clear(): void {
    this.#listeners.clear();
  }
}
