import type { FakePeerConnection } from "./peer_connection.ts";

/** A reliable, ordered channel that was negotiated beforehand. */
export class FakeDataChannel {
  readyState: RTCDataChannelState = "connecting";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  /** Nothing comes, though all seems well. */
  isDeaf = false;
  readonly #owner: FakePeerConnection;
  #queue: string[] = [];

  constructor(readonly label: string, owner: FakePeerConnection) {
    this.#owner = owner;
  }

  send(data: string): void {
    if (this.readyState !== "open") {
      throw new DOMException("not open", "InvalidStateError");
    }
    this.#queue.push(data);
    this.flush();
  }

  /** Carries over what waits, as far as packets get through. What waits when the channel closes is lost. */
  flush(): void {
    const { network } = this.#owner;
    const other = network.otherEnd(this.#owner)?.channel;
    if (other?.readyState !== "open") return;
    for (const data of this.#queue.splice(0)) {
      network.clock.after(1, () => {
        if (other.readyState !== "open" || other.isDeaf) return;
        other.onmessage?.({ data });
      });
    }
  }

  open(): void {
    if (this.readyState !== "connecting") return;
    this.readyState = "open";
    this.onopen?.();
    this.flush();
    this.#owner.network.otherEnd(this.#owner)?.channel?.flush();
  }

  close(): void {
    this.#end(false);
  }

  /** Ends it; `tells`: not by our own `close`, so that `onclose` hears of it. */
  #end(tells: boolean): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.#queue = [];
    if (tells) this.onclose?.();
  }

  failed(): void {
    this.#end(true);
  }
}
