import * as v from "valibot";
import {
  SUBPROTOCOLS,
  TOKEN_SUBPROTOCOL_PREFIX,
  URL_TOKEN_LIFE_MS,
} from "../protocol/limits.ts";
import { type CloseReason, ProtocolError } from "../protocol/errors.ts";
import { Count } from "../protocol/ids.ts";
import type { Instance } from "./instance.ts";
import { KEYS } from "./keys.ts";
import type { MemberClaims } from "./tokens.ts";

/** What a request to upgrade to a WebSocket asks for (`docs/protocol.md` section 3). */
export interface Upgrade {
  /** The subprotocol to answer with (RFC 6455, 4.2.2); none when none was offered. A browser drops a socket that gets another. */
  subprotocol?: string;
  /** Whether one of the offered versions is spoken here. */
  versionSupported: boolean;
  token?: string;
  /** The token came in the URL, where platforms export it: it counts once, and only while it is young. */
  tokenInUrl: boolean;
  /** As it was sent, if it was. */
  incarnation?: string;
}

/** Reads a request to upgrade. */
export function readUpgrade(request: Request): Upgrade {
  const { searchParams } = new URL(request.url);
  const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(
    ",",
  )
    .map((name) => name.trim()).filter((name) => name !== "");
  const tokens = offered.filter((name) =>
    name.startsWith(TOKEN_SUBPROTOCOL_PREFIX)
  );
  const versions = offered.filter((name) =>
    !name.startsWith(TOKEN_SUBPROTOCOL_PREFIX)
  );
  const spoken = SUBPROTOCOLS.find((version) => versions.includes(version));
  return {
    subprotocol: spoken ?? versions[0],
    versionSupported: spoken !== undefined || versions.length === 0,
    token: tokens[0]?.slice(TOKEN_SUBPROTOCOL_PREFIX.length) ??
      searchParams.get("token") ?? undefined,
    tokenInUrl: tokens.length === 0,
    incarnation: searchParams.get("incarnation") ?? undefined,
  };
}

/** Who is let in, or why not. */
export type Admission =
  | { claims: MemberClaims; incarnation: number | undefined }
  | CloseReason;

/**
 * Who asks, and for which incarnation; or the reason to turn it away.
 *
 * @throws {ProtocolError} `unavailable`.
 */
export async function admit(
  { tokens, store, clock, limits }: Pick<
    Instance,
    "tokens" | "store" | "clock" | "limits"
  >,
  upgrade: Upgrade,
): Promise<Admission> {
  if (!upgrade.versionSupported) return "version-unsupported";
  const incarnation = v.safeParse(
    v.optional(
      v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/), v.transform(Number), Count),
    ),
    upgrade.incarnation,
  );
  if (!incarnation.success) return "bad-request";
  if (upgrade.token === undefined) return "token-invalid";
  let claims: MemberClaims;
  try {
    claims = await tokens.verifyMember(upgrade.token);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === "token-invalid") {
      return "token-invalid";
    }
    throw error;
  }
  if (upgrade.tokenInUrl) {
    if (clock.now() - claims.issuedAt > URL_TOKEN_LIFE_MS) {
      return "token-invalid";
    }
    const key = KEYS.usedToken(claims.tokenId);
    const first = await store.commit({
      checks: [{ key, versionstamp: null }],
      set: [{ key, value: {}, expireIn: 2 * URL_TOKEN_LIFE_MS }],
    });
    if (first === null) return "token-invalid";
  }
  if (!limits.connections.bucket(claims.memberId).take()) return "rate-limited";
  return { claims, incarnation: incarnation.output };
}
