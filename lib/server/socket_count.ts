import { ProtocolError } from "../protocol/errors.ts";

/** How many sockets may be open at a time; see {@linkcode import("./settings.ts").Limits}. */
export interface SocketLimits {
  sockets: number;
  socketsPerAddress: number;
  memoryMib?: number;
}

const MIB = 1_048_576;

/** When who finds everything taken may ask again. */
const AGAIN_MS = 5_000;

/**
 * The sockets that are open on an instance, by network address. One counts until Deno says that it is closed, not until we have closed it:
 * who never answers our close keeps its socket, and the memory behind it, for as long as it likes.
 */
export class SocketCount {
  readonly #limits: SocketLimits;
  readonly #memory: () => number;
  readonly #byAddress = new Map<string, number>();
  #open = 0;

  /** `memory` tells how many bytes the process uses now. */
  constructor(
    limits: SocketLimits,
    memory: () => number = () => Deno.memoryUsage().rss,
  ) {
    this.#limits = limits;
    this.#memory = memory;
  }

  get open(): number {
    return this.#open;
  }

  /**
   * Makes sure that one more may be opened.
   *
   * @throws {ProtocolError} `rate-limited` when the address has its share, `unavailable` when the instance or its memory is full.
   */
  check(address: string): void {
    if (this.#of(address) >= this.#limits.socketsPerAddress) {
      throw new ProtocolError("rate-limited", {
        message: "Too many connections from your network.",
        retryAfter: AGAIN_MS,
      });
    }
    const { sockets, memoryMib = Infinity } = this.#limits;
    const isFull = this.#open >= sockets ||
      (memoryMib < Infinity && this.#memory() > memoryMib * MIB);
    if (isFull) {
      throw new ProtocolError("unavailable", {
        message: "This instance is full.",
        retryAfter: AGAIN_MS,
      });
    }
  }

  /** Counts a socket that has opened. */
  add(address: string): void {
    this.#open++;
    this.#byAddress.set(address, this.#of(address) + 1);
  }

  /** Takes back one that was added. */
  remove(address: string): void {
    this.#open--;
    const left = this.#of(address) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }

  #of(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }
}
