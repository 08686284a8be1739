/** Stand-in for `@zaubrik/djwt` where JSR cannot be reached: the same
 * functions, checks and errors over npm's jose. Not for production.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix

import { base64url, CompactSign, compactVerify, errors } from "npm:jose@^6.1.0";

/** What upstream's package lacks: how a program knows what it runs on. */
export const STAND_IN = true;

/** The algorithms of upstream ("none" goes with a null key only). */
export type Algorithm =
  | `${"HS" | "PS" | "RS"}${"256" | "384" | "512"}`
  | "ES256"
  | "ES384"
  | "none";

/** Registered claims, and any other. Times are seconds since 1970. */
export interface Payload {
  iss?: string;
  sub?: string;
  aud?: string[] | string;
  exp?: number;
  nbf?: number;
  iat?: number;
  jti?: string;
  [key: string]: unknown;
}

/** The protected header. */
export interface Header {
  alg: Algorithm;
  [key: string]: unknown;
}

/** Leeways are in seconds, 1 by default. */
export type VerifyOptions = {
  expLeeway?: number;
  nbfLeeway?: number;
  ignoreExp?: boolean;
  ignoreNbf?: boolean;
  audience?: string | string[] | RegExp;
  predicates?: (<P extends Payload>(payload: P) => boolean)[];
};

type Parts<P = unknown> = [unknown, P, Uint8Array];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether the key is of the kind, hash and curve that `alg` names. */
function fits(alg: Algorithm, key: CryptoKey | null): boolean {
  if (alg === "none") {
    if (key !== null) throw new Error("The alg 'none' does not allow a key.");
    return true;
  }
  if (!key) throw new Error(`The alg '${alg}' demands a key.`);
  const families = new Map([["HS", "HMAC"], ["PS", "RSA-PSS"], [
    "RS",
    "RSASSA-PKCS1-v1_5",
  ], ["ES", "ECDSA"]]);
  const size = alg.slice(2);
  const name = families.get(alg.slice(0, 2));
  const known = alg.startsWith("ES")
    ? ["256", "384"].includes(size)
    : ["256", "384", "512"].includes(size);
  if (name === undefined || !known) {
    throw new Error(`The jwt's alg '${alg}' is not supported.`);
  }
  const { algorithm } = key as {
    algorithm: { name: string; hash?: { name: string }; namedCurve?: string };
  };
  return algorithm.name === name &&
    (name === "ECDSA"
      ? algorithm.namedCurve === `P-${size}`
      : algorithm.hash?.name === `SHA-${size}`);
}

function checkTimes(payload: Payload, options: VerifyOptions): void {
  const { exp, nbf } = payload as Record<string, unknown>;
  for (const time of [exp, nbf]) {
    if (time !== undefined && typeof time !== "number") {
      throw new Error("The jwt has an invalid 'exp' or 'nbf' claim.");
    }
  }
  const now = Date.now() / 1000;
  const { expLeeway = 1, nbfLeeway = 1, ignoreExp, ignoreNbf } = options;
  if (payload.exp! + expLeeway < now && ignoreExp !== true) {
    throw new RangeError("The jwt is expired.");
  }
  if (payload.nbf! - nbfLeeway > now && ignoreNbf !== true) {
    throw new RangeError("The jwt is used too early.");
  }
}

function checkAudience(aud: unknown, wanted: string | string[] | RegExp): void {
  if (aud === undefined) throw new Error("The jwt has no 'aud' claim.");
  const claimed = Array.isArray(aud) ? aud : [aud];
  if (!claimed.every((item) => typeof item === "string")) {
    throw new Error("The jwt has an invalid 'aud' claim.");
  }
  const fits = wanted instanceof RegExp
    ? (item: string) => wanted.test(item)
    : (item: string) => [wanted].flat().includes(item);
  if (!claimed.some(fits)) {
    throw new Error(
      "The identification with the value in the 'aud' claim has failed.",
    );
  }
}

/**
 * Header, payload and signature of a token, **not** verified.
 *
 * @throws {Error} when it is not three parts of base64url, two of them JSON.
 */
export function decode<PayloadType extends Payload | unknown = unknown>(
  jwt: string,
): [unknown, PayloadType, Uint8Array] {
  try {
    const parts = jwt.split(".").map((part) => {
      if (!/^[-\w]*={0,2}$/.test(part)) throw new Error();
      return base64url.decode(part);
    });
    if (parts.length !== 3) throw new Error();
    const json = (bytes: Uint8Array) =>
      JSON.parse(new TextDecoder().decode(bytes));
    return [json(parts[0]), json(parts[1]), parts[2]];
  } catch {
    throw new Error("The serialization of the jwt is invalid.");
  }
}

/**
 * Checks header and claims of what `decode` gave; **not** the signature.
 *
 * @throws {RangeError} when it is expired or used too early.
 * @throws {Error} when a claim is malformed or the audience is another.
 */
export function validate(
  // deno-lint-ignore no-explicit-any
  [header, payload, signature]: [any, any, Uint8Array],
  options: VerifyOptions = {},
): { header: Header; payload: Payload; signature: Uint8Array } {
  if (typeof header?.alg !== "string") {
    throw new Error("The jwt's 'alg' header parameter value must be a string.");
  }
  if (!isObject(payload)) {
    throw new Error("The jwt claims set is not a JSON object.");
  }
  checkTimes(payload, options);
  if (options.audience !== undefined) {
    checkAudience(payload.aud, options.audience);
  }
  return { header, payload, signature };
}

/**
 * The payload of a token whose claims and signature are right. A token
 * without `exp` is accepted, as upstream does.
 *
 * @throws {RangeError} when it is expired or used too early.
 * @throws {Error} when anything else is wrong.
 */
export async function verify<PayloadType extends Payload>(
  jwt: string,
  key: CryptoKey | null,
  options?: VerifyOptions,
): Promise<PayloadType> {
  const { header, payload, signature } = validate(
    decode(jwt) as Parts,
    options,
  );
  if (!fits(header.alg, key)) {
    throw new Error(
      `The jwt's alg '${header.alg}' does not match the key's algorithm.`,
    );
  }
  const right = key === null
    ? signature.length === 0
    : await compactVerify(jwt, key, { algorithms: [header.alg] })
      .then(() => true, (error) => {
        if (error instanceof errors.JOSEError) return false;
        throw error;
      });
  if (!right) {
    throw new Error(
      "The jwt's signature does not match the verification signature.",
    );
  }
  if (!(options?.predicates ?? []).every((holds) => holds(payload))) {
    throw new Error("The payload does not satisfy all passed predicates.");
  }
  return payload as PayloadType;
}

/**
 * Signs a payload.
 *
 * @throws {Error} when the key does not fit `header.alg`.
 */
export async function create(
  header: Header,
  payload: Payload,
  key: CryptoKey | null,
): Promise<string> {
  if (!isObject(payload)) {
    throw new Error("The jwt claims set is not a JSON object.");
  }
  if (!fits(header.alg, key)) {
    throw new Error(
      `The jwt's alg '${header.alg}' does not match the key's algorithm.`,
    );
  }
  const bytes = new TextEncoder().encode(JSON.stringify(payload));
  if (key === null) {
    const head = base64url.encode(JSON.stringify(header));
    return `${head}.${base64url.encode(bytes)}.`;
  }
  return await new CompactSign(bytes).setProtectedHeader(header).sign(key);
}

/** A date, or a number of seconds from now, as seconds since 1970. */
export function getNumericDate(exp: number | Date): number {
  const time = exp instanceof Date ? exp.getTime() : Date.now() + exp * 1000;
  return Math.round(time / 1000);
}
