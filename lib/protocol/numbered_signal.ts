/** A numbered signal, which nearly every frame is, read so that its data need not be written anew. `docs/protocol.md` section 6. */
import { MAX_SIGNAL_BYTES } from "./limits.ts";
import type { ClientMessage, MessageOf } from "./messages.ts";
import { byteLength } from "./parse.ts";

/** A numbered signal, and its data as it was written. */
export interface NumberedSignal extends MessageOf<ClientMessage, "signal"> {
  to: string;
  toIncarnation: number;
  id: number;
  /** `data`, as its sender wrote it: one JSON value, at most 32 KiB of UTF-8. */
  json: string;
}

/** Everything before the data, in the order in which our client writes it. Ids and counts are those of `ids.ts`, but for the very largest. */
const HEAD =
  /^\{"type":"signal","to":"([A-Za-z0-9_-]{1,64})","toIncarnation":([1-9]\d{0,14}),"id":([1-9]\d{0,14})(?:,"base":([1-9]\d{0,14}))?,"data":/;

/**
 * A frame as a numbered signal, equal to what `parseClientMessage` makes of it. Undefined if it is anything else, or wrong, or too large, or
 * written in any other way: `parseClientMessage` tells.
 *
 * What stands between the head and the last brace is proven to be one JSON value, so no other field can follow it. Its size counts as it
 * was written: there are values that are longer when they are written anew (1e20).
 */
export function readNumberedSignal(frame: string): NumberedSignal | undefined {
  const head = HEAD.exec(frame);
  if (!head || !frame.endsWith("}")) return;
  const [{ length }, to, toIncarnation, id, base] = head;
  const json = frame.slice(length, -1);
  if (
    json.length * 3 > MAX_SIGNAL_BYTES && byteLength(json) > MAX_SIGNAL_BYTES
  ) return;
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    return;
  }
  return {
    type: "signal",
    to,
    toIncarnation: Number(toIncarnation),
    id: Number(id),
    ...(base !== undefined && { base: Number(base) }),
    data,
    json,
  };
}
