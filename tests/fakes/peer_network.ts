import type { Clock } from "@/lib/protocol/clock.ts";
import type { FakePeerConnection } from "./peer_connection.ts";

/** How long a browser takes, in milliseconds: FACTS, "Measured browser baseline" (Chromium). */
const DISCONNECTED_MS = 7_000;
const FAILED_MS = 17_000;

/** What lies between peer connections: who has described itself to whom, and whether packets get through. */
export class PeerNetwork {
  /** Every connection ever made, oldest first. */
  readonly connections: FakePeerConnection[] = [];
  readonly clock: Clock;
  readonly random: () => number;
  /** The longest time that one step of a negotiation takes. */
  work = 5;
  /** While false no candidate is found, and looking for them never ends. */
  finds = true;
  #isBlocked = false;

  constructor(clock: Clock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  /** While true no packet of any pair gets through. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }
  set isBlocked(isBlocked: boolean) {
    this.#isBlocked = isBlocked;
    for (const connection of this.connections) this.look(connection);
  }

  /** The connection that describes itself so. */
  find(ufrag: string): FakePeerConnection | undefined {
    return this.connections.find(({ ice }) => ice.local === ufrag);
  }

  /** Whether both have described themselves to each other and packets get through. */
  reaches(one: FakePeerConnection): boolean {
    const other = this.find(one.ice.remote);
    return !this.#isBlocked && other !== undefined &&
      one.signalingState !== "closed" && other.signalingState !== "closed" &&
      other.ice.remote === one.ice.local &&
      (one.ice.hasCandidates || other.ice.hasCandidates);
  }

  /** Something has changed that may change whether that connection, and its other end, reach each other. */
  look(connection: FakePeerConnection): void {
    connection.pathChanged(
      this.reaches(connection),
      DISCONNECTED_MS,
      FAILED_MS,
    );
    const other = this.find(connection.ice.remote);
    other?.pathChanged(this.reaches(other), DISCONNECTED_MS, FAILED_MS);
  }
}
