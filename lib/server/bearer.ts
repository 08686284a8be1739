/** Tokens in `Authorization: Bearer …` (RFC 6750, 2.1), and what they allow. */
import { ProtocolError } from "../protocol/errors.ts";
import type { Instance } from "./instance.ts";
import { KEYS } from "./keys.ts";
import type { RoomRecord } from "./rooms.ts";
import { sameText, type Secret } from "./secret.ts";
import type { HostClaims, MemberClaims } from "./tokens.ts";

/** The token that a request carries, if it carries one. */
export function bearerToken(request: Request): string | undefined {
  const value = request.headers.get("Authorization") ?? "";
  return /^Bearer +([^\s,]+) *$/i.exec(value)?.[1];
}

/**
 * What a request's token says about a room; undefined when it carries none.
 *
 * @throws {ProtocolError} `token-invalid` for a token of another room; `removed` for one of a member that a host removed.
 */
export async function roomClaims(
  request: Request,
  instance: Pick<Instance, "tokens" | "store">,
  roomId: string,
): Promise<MemberClaims | HostClaims | undefined> {
  const token = bearerToken(request);
  if (token === undefined) return undefined;
  const claims = await instance.tokens.verify(token);
  if (claims.roomId !== roomId) throw new ProtocolError("token-invalid");
  if (claims.kind === "member") await refuseRemoved(claims, instance);
  return claims;
}

/**
 * The claims of the member that makes a request.
 *
 * @throws {ProtocolError} `token-missing`, `token-invalid`, `removed`, or `room-not-found` when its room is over.
 */
export async function memberClaims(
  request: Request,
  instance: Pick<Instance, "tokens" | "store" | "rooms">,
): Promise<MemberClaims> {
  const token = bearerToken(request);
  if (token === undefined) throw new ProtocolError("token-missing");
  const claims = await instance.tokens.verifyMember(token);
  await refuseRemoved(claims, instance);
  if (!await instance.rooms.find(claims.roomId)) {
    throw new ProtocolError("room-not-found");
  }
  return claims;
}

/**
 * Makes sure that a request comes from a host of a room: with its host token, or as a member whose role is host.
 *
 * @throws {ProtocolError} `token-missing`, `token-invalid`, `removed`, `not-allowed`.
 */
export async function requireHost(
  request: Request,
  instance: Pick<Instance, "tokens" | "store">,
  room: RoomRecord,
): Promise<void> {
  const claims = await roomClaims(request, instance, room.roomId);
  if (!claims) throw new ProtocolError("token-missing");
  if (claims.kind === "member" && claims.role !== "host") {
    throw new ProtocolError("not-allowed");
  }
}

/**
 * Makes sure that a request carries a secret, if one is set.
 *
 * @throws {ProtocolError} `token-missing`, `token-invalid`.
 */
export async function requireSecret(
  request: Request,
  secret: Secret | undefined,
): Promise<void> {
  if (!secret) return;
  const token = bearerToken(request);
  if (token === undefined) throw new ProtocolError("token-missing");
  if (!await sameText(token, secret.reveal())) {
    throw new ProtocolError("token-invalid");
  }
}

async function refuseRemoved(
  { roomId, memberId }: MemberClaims,
  { store }: Pick<Instance, "store">,
): Promise<void> {
  if (await store.get(KEYS.removed(roomId, memberId))) {
    throw new ProtocolError("removed");
  }
}
