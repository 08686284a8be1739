/** Tokens: signed JWTs (RFC 7519), HS256, checked as RFC 8725 advises. */
import { create, verify } from "@zaubrik/djwt";
import * as v from "valibot";
import type { Clock } from "../protocol/clock.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { Id } from "../protocol/ids.ts";
import { MAX_NAME_CHARACTERS, TOKEN_LIFE_MS } from "../protocol/limits.ts";
import { Role } from "../protocol/messages.ts";
import { CALENDARS_DIFFER_MS } from "./calendars.ts";
import { randomId } from "./random_id.ts";
import type { RoomRecord } from "./rooms.ts";
import type { Secret } from "./secret.ts";
import type { Settings } from "./settings.ts";

/** What a member token says: its holder is this member of this room. Times are milliseconds since 1970. */
export interface MemberClaims {
  kind: "member";
  roomId: string;
  memberId: string;
  role: Role;
  name: string;
  tokenId: string;
  issuedAt: number;
  expiresAt: number;
}

/** What a host token says: whoever joins this room with it is a host. */
export interface HostClaims {
  kind: "host";
  roomId: string;
  tokenId: string;
  issuedAt: number;
  expiresAt: number;
}

/** How long a token is taken after its time. */
const LEEWAY_SECONDS = 5;
/** How far before its time: a token that was just issued is one already where the calendar is behind. */
const EARLY_SECONDS = CALENDARS_DIFFER_MS / 1_000;
const MEMBER_LIFE_SECONDS = TOKEN_LIFE_MS / 1_000;
/**
 * Longest life of a host token: a year, for a persistent room. Others' end with their room. It is the only key to its room, so it must not
 * run out before its holder comes back; each time it is used to join it is renewed.
 */
const HOST_LIFE_SECONDS = 366 * 86_400;
/** A token is far shorter, even with a name of 64 emoji. */
const MAX_TOKEN_LENGTH = 2_048;

const HEADER = { alg: "HS256", typ: "JWT" } as const;
/**
 * The only header that is taken, byte for byte. So `alg` is never read to choose anything, and `none`, `kid`, `jku`, `x5u`, `jwk`, `crit`
 * and whatever else a header may hold can have no effect.
 */
const ENCODED_HEADER = encode(new TextEncoder().encode(JSON.stringify(HEADER)));
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]{43})$/;

const ISSUER = "ringdown";
/** One per kind of token and deployment: no kind can stand in for another, and no preview's for production's (RFC 8725, 3.8 and 3.9). */
const audience = (kind: "member" | "host", deployment: string) =>
  `${kind}@${deployment}`;

const Seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const common = {
  iss: v.literal(ISSUER),
  room: Id,
  jti: Id,
  iat: Seconds,
  exp: Seconds,
  nbf: v.optional(Seconds),
};

function forms(deployment: string) {
  return v.variant("aud", [
    v.object({
      ...common,
      aud: v.literal(audience("member", deployment)),
      sub: Id,
      role: Role,
      name: v.pipe(v.string(), v.maxLength(MAX_NAME_CHARACTERS * 2)),
    }),
    v.object({ ...common, aud: v.literal(audience("host", deployment)) }),
  ]);
}

/** Signs and checks tokens. Checking takes no store: whether the room is still there and the member still in it is asked elsewhere. */
export class Tokens {
  readonly #deployment: string;
  readonly #forms: ReturnType<typeof forms>;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #signing: Promise<CryptoKey>;
  /** Keys that signatures are checked with, the one that signs first. */
  readonly #checking: Promise<CryptoKey[]>;

  /** @throws {Error} when there is no `jwtSecret`: in development, {@linkcode import("./development_secret.ts")} makes one. */
  constructor(
    settings: Pick<
      Settings,
      "jwtSecret" | "previousJwtSecret" | "deployment"
    >,
    clock: Clock,
    newId: () => string = randomId,
  ) {
    const { jwtSecret, previousJwtSecret, deployment } = settings;
    if (!jwtSecret) throw new Error("tokens need a secret");
    this.#clock = clock;
    this.#newId = newId;
    this.#deployment = deployment;
    this.#forms = forms(deployment);
    this.#signing = importKey(jwtSecret);
    this.#checking = Promise.all([
      this.#signing,
      ...previousJwtSecret ? [importKey(previousJwtSecret)] : [],
    ]);
  }

  /** A token for a member, good for 2 h from now. */
  async issueMember(
    member: Pick<MemberClaims, "roomId" | "memberId" | "role" | "name">,
  ): Promise<{ token: string; claims: MemberClaims }> {
    const { roomId, memberId, role, name } = member;
    const times = this.#times(MEMBER_LIFE_SECONDS);
    const jti = this.#newId();
    const token = await this.#sign({
      aud: audience("member", this.#deployment),
      room: roomId,
      sub: memberId,
      role,
      name,
      jti,
      ...times,
    });
    return {
      token,
      claims: {
        kind: "member",
        roomId,
        memberId,
        role,
        name,
        tokenId: jti,
        issuedAt: times.iat * 1_000,
        expiresAt: times.exp * 1_000,
      },
    };
  }

  /** A token that makes hosts of a room, as long as the room lives; for a persistent one, a year. */
  issueHost(room: Pick<RoomRecord, "roomId" | "expiresAt">): Promise<string> {
    const life = room.expiresAt === undefined
      ? HOST_LIFE_SECONDS
      : Math.ceil((room.expiresAt - this.#clock.now()) / 1_000);
    return this.#sign({
      aud: audience("host", this.#deployment),
      room: room.roomId,
      jti: this.#newId(),
      ...this.#times(life),
    });
  }

  /**
   * What a token says, if we signed it, for this deployment, and it is its time.
   *
   * @throws {ProtocolError} `token-invalid`, never saying why.
   */
  async verify(token: string): Promise<MemberClaims | HostClaims> {
    const signed = await this.#signed(token);
    const result = v.safeParse(this.#forms, signed);
    if (!result.success) throw new ProtocolError("token-invalid");
    const claims = result.output;
    const kind = "sub" in claims ? "member" : "host";
    if (!this.#isTime(claims, kind)) throw new ProtocolError("token-invalid");
    const shared = {
      roomId: claims.room,
      tokenId: claims.jti,
      issuedAt: claims.iat * 1_000,
      expiresAt: claims.exp * 1_000,
    };
    if (!("sub" in claims)) return { kind: "host", ...shared };
    const { sub: memberId, role, name } = claims;
    return { kind: "member", ...shared, memberId, role, name };
  }

  /** @throws {ProtocolError} `token-invalid`, for a host token too. */
  async verifyMember(token: string): Promise<MemberClaims> {
    const claims = await this.verify(token);
    if (claims.kind !== "member") throw new ProtocolError("token-invalid");
    return claims;
  }

  #times(life: number): { iat: number; exp: number } {
    const iat = Math.floor(this.#clock.now() / 1_000);
    return { iat, exp: iat + life };
  }

  #isTime(
    { iat, exp, nbf = iat }: { iat: number; exp: number; nbf?: number },
    kind: "member" | "host",
  ): boolean {
    const now = this.#clock.now() / 1_000;
    const life = kind === "member" ? MEMBER_LIFE_SECONDS : HOST_LIFE_SECONDS;
    return iat <= now + EARLY_SECONDS && nbf <= now + EARLY_SECONDS &&
      now < exp + LEEWAY_SECONDS && exp > iat && exp - iat <= life;
  }

  async #sign(claims: Record<string, unknown>): Promise<string> {
    return await create(
      HEADER,
      { iss: ISSUER, ...claims },
      await this.#signing,
    );
  }

  /** The claims of a token that one of our keys signed. djwt looks at the machine's clock, so its looking at times is turned off here. */
  async #signed(token: string): Promise<unknown> {
    const parts = token.length <= MAX_TOKEN_LENGTH && COMPACT.exec(token);
    if (!parts || parts[1] !== ENCODED_HEADER || !isCanonical(parts[3])) {
      throw new ProtocolError("token-invalid");
    }
    for (const key of await this.#checking) {
      try {
        return await verify(token, key, { ignoreExp: true, ignoreNbf: true });
      } catch {
        // Not this key's, or no claims: the next key, then the end.
      }
    }
    throw new ProtocolError("token-invalid");
  }
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Whether the bits that base64url leaves over are zero, so that a token has one spelling only. */
function isCanonical(part: string): boolean {
  return encode(Uint8Array.fromBase64(part, { alphabet: "base64url" })) ===
    part;
}

function importKey(secret: Secret): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", secret.bytes(), algorithm, false, [
    "sign",
    "verify",
  ]);
}
