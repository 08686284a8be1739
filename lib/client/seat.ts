/** A seat in a room, taken again whenever it was lost. `docs/protocol.md` sections 2 and 8. */
import type { ErrorCode } from "../protocol/errors.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { type JoinedRoom, joinRoom } from "./api.ts";
import type { EndReason } from "./call_view.ts";

export interface SeatOptions {
  room: string;
  name: string;
  pin?: string;
  hostToken?: string;
  baseUrl: string;
  fetch: typeof fetch;
}

/** Refusals of an earlier token, after which a new member can be made. */
const STALE_TOKEN: readonly ErrorCode[] = [
  "token-invalid",
  "token-missing",
  "seat-ended",
];

/**
 * Takes a seat: as the member that `token` was for if it still can be, else as a new one.
 *
 * @throws {ProtocolError}
 * @throws {NetworkError}
 */
export async function takeSeat(
  options: SeatOptions,
  token: string | null,
): Promise<JoinedRoom> {
  const { room, name, pin, hostToken, baseUrl, fetch } = options;
  const join = (bearer: string | undefined) =>
    joinRoom(room, { name, pin }, { baseUrl, fetch, bearer });
  if (token !== null) {
    try {
      return await join(token);
    } catch (error) {
      const isStale = error instanceof ProtocolError &&
        STALE_TOKEN.includes(error.code);
      if (!isStale) throw error;
    }
  }
  return await join(hostToken);
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
