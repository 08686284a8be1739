import { Secret } from "@/lib/server/secret.ts";
import { Tokens } from "@/lib/server/tokens.ts";
import { VirtualClock } from "../fakes/clock.ts";

export const START = 1_800_000_000_000;
export const NOW = START / 1_000;
export const OURS = new Secret("xJ2vQ9mT4kLw8RzB6nYc1HfD3gPs5aUe");
export const OLD = new Secret("oL7dBq2ZtW5xR1cVn8KmJ4hG6fYs9pAe");
export const FOREIGN = new Secret("fR3gNe0XwC6yT2vUa9LbH5jK7mZq1sDe");
export const DEPLOYMENT = "https://calls.example";

export function make(
  options: { secret?: Secret; previous?: Secret; deployment?: string } = {},
) {
  const clock = new VirtualClock(START);
  const tokens = new Tokens({
    jwtSecret: options.secret ?? OURS,
    previousJwtSecret: options.previous,
    deployment: options.deployment ?? DEPLOYMENT,
  }, clock);
  return { clock, tokens };
}

export const ANN = {
  roomId: "room-1",
  memberId: "member-1",
  role: "speaker",
  name: "Ann 🎧",
} as const;

export const b64 = (bytes: Uint8Array | string) =>
  (typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes)
    .toBase64({ alphabet: "base64url", omitPadding: true });

/** A token made by hand: any header and claims, signed with any secret and hash. */
export async function forge(
  header: unknown,
  claims: unknown,
  secret: Secret = OURS,
  hash = "SHA-256",
): Promise<string> {
  const text = (part: unknown) =>
    b64(typeof part === "string" ? part : JSON.stringify(part));
  const input = `${text(header)}.${text(claims)}`;
  const algorithm = { name: "HMAC", hash };
  const key = await crypto.subtle.importKey(
    "raw",
    secret.bytes(),
    algorithm,
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign(
    "HMAC",
    key,
    new TextEncoder().encode(input),
  );
  return `${input}.${b64(new Uint8Array(signature))}`;
}

export const HEADER = { alg: "HS256", typ: "JWT" };
export const MEMBER = {
  iss: "ringdown",
  aud: `member@${DEPLOYMENT}`,
  room: "room-1",
  sub: "member-1",
  role: "host",
  name: "Eve",
  jti: "token-1",
  iat: NOW,
  exp: NOW + 7_200,
};

export type Claims = typeof MEMBER;
