/** A seat in a room, taken again whenever it was lost. `docs/protocol.md` sections 2 and 8. */
import type { ErrorCode } from "../../protocol/errors.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { type JoinedRoom, joinRoom } from "../api.ts";
import type { EndReason } from "./call_view.ts";

export interface SeatOptions {
  room: string;
  name: string;
  pin?: string;
  baseUrl: string;
  fetch: typeof fetch;
}

/** What a seat can be taken with. `takeSeat` forgets what is refused, and keeps what is renewed. */
export interface SeatTokens {
  /** Of an earlier seat of this member. */
  token: string | null;
  /** Of the room: whoever joins with it is a host. */
  hostToken: string | null;
}

/** Refusals of a token, after which it can be done without. */
const STALE_TOKEN: readonly ErrorCode[] = [
  "token-invalid",
  "token-missing",
  "seat-ended",
];

/**
 * Takes a seat: as the member that `token` was for if it still can be, else as a new one, who is a host if the host token is still good.
 *
 * @throws {ProtocolError}
 * @throws {NetworkError}
 */
export async function takeSeat(
  options: SeatOptions,
  tokens: SeatTokens,
): Promise<JoinedRoom> {
  const joined = await join(options, tokens);
  tokens.token = joined.token;
  tokens.hostToken = joined.hostToken ?? tokens.hostToken;
  return joined;
}

async function join(
  { room, name, pin, ...options }: SeatOptions,
  tokens: SeatTokens,
): Promise<JoinedRoom> {
  for (const kind of ["token", "hostToken"] as const) {
    const bearer = tokens[kind];
    if (bearer === null) continue;
    try {
      return await joinRoom(room, { name, pin }, { ...options, bearer });
    } catch (error) {
      const isStale = error instanceof ProtocolError &&
        STALE_TOKEN.includes(error.code);
      if (!isStale) throw error;
      tokens[kind] = null;
    }
  }
  return await joinRoom(room, { name, pin }, options);
}

/** What a lost seat that cannot be taken again means for a call that was live; undefined: it may be tried again. */
export function finalReason(error: unknown): EndReason | undefined {
  if (!(error instanceof ProtocolError)) return undefined;
  switch (error.code) {
    case "room-not-found":
      return "room-closed";
    case "removed":
    case "room-full":
    case "room-locked":
    case "token-invalid":
      return error.code;
    case "rate-limited":
    case "unavailable":
    case "internal":
      return undefined;
    default:
      return "seat-ended";
  }
}
