/** The forms of the names on the wire. `docs/protocol.md` section 1. */
import * as v from "valibot";

/** A room's or member's id. ASCII only: Deno KV folds lone surrogates together, so two other ids could share one key. */
export const Id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

/** A readable name for a room, chosen by its maker. */
export const Slug = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/,
    "3 to 40 lower-case letters, digits and hyphens, no hyphen at either end",
  ),
);

/** A count from 1 up: of incarnations, signals, peer connections. */
export const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
