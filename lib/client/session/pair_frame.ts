/** What a pair says over its own data channel, where neither incarnations nor members need to be named. `docs/protocol.md` 11. */
import * as v from "valibot";
import { Count } from "../../protocol/ids.ts";

export const PairFrame = v.variant("type", [
  v.object({
    type: v.literal("signal"),
    id: Count,
    base: v.optional(Count),
    data: v.unknown(),
  }),
  v.object({
    type: v.literal("signal-ack"),
    id: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
]);
export type PairFrame = v.InferOutput<typeof PairFrame>;
