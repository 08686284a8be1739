/** What messages change of a member as others see it. */
import type {
  MessageOf,
  PeerInfo,
  ServerMessage,
} from "../../protocol/messages.ts";

/** The change that a message tells of. */
export function changeOf(
  message: MessageOf<
    ServerMessage,
    "away" | "track-state" | "presence" | "cloudflare-session"
  >,
): (peer: PeerInfo) => PeerInfo {
  switch (message.type) {
    case "away":
      return (peer) => ({ ...peer, state: "away" });
    case "track-state": {
      const { kind, enabled } = message;
      return (peer) => ({
        ...peer,
        tracks: { ...peer.tracks, [kind]: enabled },
      });
    }
    case "presence": {
      const { type: _type, from: _from, ...presence } = message;
      return (peer) => ({ ...peer, presence });
    }
    case "cloudflare-session": {
      const { type: _type, from: _from, ...cloudflareSession } = message;
      return (peer) => ({ ...peer, cloudflareSession });
    }
  }
}
