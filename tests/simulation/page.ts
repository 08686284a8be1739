import type { OpenTransport } from "@/lib/client/transport/transport.ts";
import type { PeerInfo } from "@/lib/protocol/messages.ts";
import type { MemberClaims } from "@/lib/server/tokens.ts";
import type { Chance } from "./chance.ts";
import type { MachineClock } from "./machine_clock.ts";

/** What a page is opened with. */
export interface PageOptions {
  claims: MemberClaims;
  /** Who was there when the seat was taken. */
  peers: readonly PeerInfo[];
  openTransport: OpenTransport;
  clock: MachineClock;
  chance: Chance;
  /** The link to the server is welcomed; again after each loss. */
  onOpen: () => void;
  /** The server has ended the link for good. */
  onEnd: (reason: string) => void;
}

/** One life of a member's page: from its loading to its end, over however many connections. */
export interface Page {
  /** Welcomed, as far as it knows. */
  readonly isOpen: boolean;
  /** Whom it sees in the room, by member: here or away, and in which life. */
  readonly others: ReadonlyMap<
    string,
    { state: "here" | "away"; incarnation: number }
  >;
  /** The life that the server gave it; 0 before. */
  readonly incarnation: number;
  /** Sends so many signals, if there is anybody to send them to. */
  speak(count: number): void;
  /** Gives the seat back, and ends. */
  leave(): Promise<void>;
  /** Ends without a word. */
  close(): void;
}
