import type { Carrier, Parcel } from "./carrier.ts";

/** Joins the instances of one isolate: tests, and simulations of many instances. */
export class MemoryHub {
  readonly #open = new Map<string, (parcel: Parcel) => void>();

  /** A carrier for one instance. Parcels arrive in a later microtask, as they would from elsewhere. */
  carrier(): Carrier {
    const open = this.#open;
    let mine: string | undefined;
    return {
      name: "memory",
      open(instanceId, onParcel) {
        mine = instanceId;
        open.set(instanceId, onParcel);
      },
      reaches: (instanceId) => open.has(instanceId),
      async carry(to, parcel) {
        await null;
        const onParcel = open.get(to);
        onParcel?.(parcel);
        return onParcel !== undefined;
      },
      close() {
        if (mine !== undefined) open.delete(mine);
        return Promise.resolve();
      },
    };
  }
}
