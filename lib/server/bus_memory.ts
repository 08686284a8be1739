import type { Bus } from "./bus.ts";

type Subscriber = (message: unknown) => void;

/** Joins the instances of one isolate: tests, and simulations of many instances. */
export class MemoryHub {
  readonly #subscribers = new Map<string, Set<Subscriber>>();

  /** A bus for one instance. Messages arrive in a later microtask and as copies, as they would from elsewhere. */
  bus(): Bus {
    const mine = new Set<() => void>();
    return {
      publish: async (topic, message) => {
        const copy = structuredClone(message);
        await Promise.resolve();
        const subscribers = this.#subscribers.get(topic);
        for (const subscriber of subscribers ?? []) subscriber(copy);
        return subscribers !== undefined;
      },
      subscribe: (topic, onMessage) => {
        const subscribers = this.#subscribers.get(topic) ?? new Set();
        this.#subscribers.set(topic, subscribers.add(onMessage));
        const unsubscribe = () => {
          subscribers.delete(onMessage);
          mine.delete(unsubscribe);
          if (subscribers.size === 0) this.#subscribers.delete(topic);
        };
        mine.add(unsubscribe);
        return unsubscribe;
      },
      close: () => mine.forEach((unsubscribe) => unsubscribe()),
    };
  }
}
