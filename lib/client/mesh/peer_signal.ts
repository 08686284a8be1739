/** What two of our pages say to each other through signals. `docs/protocol.md` section 11. */
import * as v from "valibot";
import { Count } from "../../protocol/ids.ts";

const Description = v.object({
  type: v.picklist(["offer", "answer"]),
  sdp: v.string(),
});
export type Description = v.InferOutput<typeof Description>;

const Candidate = v.object({
  candidate: v.optional(v.string()),
  sdpMid: v.nullish(v.string()),
  sdpMLineIndex: v.nullish(v.number()),
  usernameFragment: v.nullish(v.string()),
});

/** `connection` counts the peer connections of the pair, from 1. */
const PeerSignal = v.union([
  v.object({ connection: Count, description: Description }),
  v.object({ connection: Count, candidates: v.array(Candidate) }),
]);
/** What one page tells another to connect with it: a description or candidates, of the pair's connection with that number. */
export type PeerSignal = v.InferOutput<typeof PeerSignal>;

/** The signal, or null if it is none: what another member sends is not to be trusted. */
export function parsePeerSignal(data: unknown): PeerSignal | null {
  const result = v.safeParse(PeerSignal, data);
  return result.success ? result.output : null;
}
