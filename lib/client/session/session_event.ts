/** What a session tells. */
import type {
  MessageOf,
  PeerInfo,
  ServerMessage,
} from "../../protocol/messages.ts";
import type { LinkState } from "../transport/link.ts";

/** What a `Session` tells. */
export type SessionEvent =
  | { type: "state"; state: LinkState }
  /** After each opening of the link, before the `pair` and `left` events that follow from it. */
  | MessageOf<ServerMessage, "welcome">
  /**
   * A pair begins, or begins anew: everything of an earlier pair with that member is void. `offer`: this side is the newcomer, who makes
   * the first offer.
   */
  | { type: "pair"; peer: PeerInfo; offer: boolean }
  /** That member is here or away, or its tracks or presence have changed. */
  | { type: "peer"; peer: PeerInfo }
  /** That member's seat has ended. Once per member. */
  | { type: "left"; memberId: string }
  | { type: "signal"; from: string; data: unknown }
  /** Signals from that member are lost: the pair must be set up again from nothing. */
  | { type: "gap"; memberId: string }
  /** From now on signals to that member go over the pair's own path alone. Whenever that path has proven itself. */
  | { type: "direct"; memberId: string }
  /** A fresh token. Use it from now on. */
  | MessageOf<ServerMessage, "token">
  | MessageOf<ServerMessage, "room">
  /** A host asks this member to switch something off. */
  | MessageOf<ServerMessage, "mute">
  /** Something that was sent had no effect. */
  | MessageOf<ServerMessage, "error">;
