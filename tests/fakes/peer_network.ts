import type { Clock } from "@/lib/protocol/clock.ts";
import type { FakePeerConnection } from "./peer_connection.ts";

/** How long a browser takes, in milliseconds: FACTS, "Measured browser baseline" (Chromium). */
const TIMES = { disconnectedMs: 7_000, failedMs: 17_000 };

/** The names (RFC 8839, 5.4) that the two ends of a path go by. */
export interface Credentials {
  local: string;
  remote: string;
}

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

  /** The other end of that connection on the agreed path, if packets get through on it. */
  agreedEnd(one: FakePeerConnection): FakePeerConnection | undefined {
    const other = this.find(one.ice.remote);
    const isFound = other !== undefined && isPath(one.ice, other.ice) &&
      (one.ice.hasCandidates || other.ice.hasCandidates);
    return isFound && this.#carries(one, other) ? other : undefined;
  }

  /** The other end, if packets get through, if need be on the last path that worked (RFC 8445, 9). */
  otherEnd(one: FakePeerConnection): FakePeerConnection | undefined {
    const agreed = this.agreedEnd(one);
    if (agreed !== undefined || one.ice.selected === null) return agreed;
    const { selected } = one.ice;
    return this.connections.find((other) =>
      other.ice.selected !== null && isPath(selected, other.ice.selected) &&
      this.#carries(one, other)
    );
  }

  /** Something has changed that may change whether that connection, and its other end, reach each other. */
  look(connection: FakePeerConnection): void {
    const ends = [connection, this.find(connection.ice.remote)];
    for (const end of ends) {
      end?.ice.pathChanged(
        () => this.otherEnd(end) !== undefined,
        TIMES,
        () => {
          end.ice.select(this.agreedEnd(end)?.ice);
          end.channel?.open();
          end.channel?.flush();
        },
      );
    }
  }

  #carries(one: FakePeerConnection, other: FakePeerConnection): boolean {
    return !this.#isBlocked && one.signalingState !== "closed" &&
      other.signalingState !== "closed";
  }
}

function isPath(one: Credentials, other: Credentials): boolean {
  return one.local === other.remote && one.remote === other.local;
}
