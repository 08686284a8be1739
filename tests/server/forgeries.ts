import { Secret } from "@/lib/server/secret.ts";
import {
  b64,
  type Claims,
  DEPLOYMENT,
  FOREIGN,
  forge,
  HEADER,
  make,
  NOW,
  OLD,
  OURS,
} from "./forge.ts";

/** Every kind of forgery, of a token that says these claims. */
export function forgeries(
  member: Claims,
): Record<string, () => Promise<string> | string> {
  const without = (name: keyof Claims) =>
    Object.fromEntries(Object.entries(member).filter(([key]) => key !== name));
  return {
    // Not a token at all.
    "nothing": () => "",
    "a word": () => "token",
    "two dots": () => "..",
    "two parts": async () =>
      (await forge(HEADER, member)).split(".").slice(0, 2).join("."),
    "four parts": async () => `${await forge(HEADER, member)}.x`,
    "five parts, as if encrypted": () => "a.b.c.d.e",
    "very long": async () =>
      await forge(HEADER, { ...member, x: "y".repeat(4e3) }),
    "space before": async () => ` ${await forge(HEADER, member)}`,
    "line end after": async () => `${await forge(HEADER, member)}\n`,
    "NUL inside": async () => (await forge(HEADER, member)).replace(".", "\0."),
    "padding": async () => `${await forge(HEADER, member)}=`,
    "claims that are not JSON": () => forge(HEADER, "{"),
    "claims that are an array": () => forge(HEADER, [member]),
    "claims that are null": () => forge(HEADER, "null"),
    "claims that are a text": () => forge(HEADER, '"claims"'),
    // The signature.
    "no signature": async () =>
      (await forge(HEADER, member)).replace(/[^.]*$/, ""),
    "signature cut": async () => (await forge(HEADER, member)).slice(0, -1),
    "another secret": () => forge(HEADER, member, FOREIGN),
    "the retired secret": () => forge(HEADER, member, OLD),
    "an empty-looking secret": () => forge(HEADER, member, new Secret("\0")),
    "signature of zeroes": async () =>
      (await forge(HEADER, member)).replace(/[^.]*$/, "A".repeat(43)),
    "one bit of the signature": async () =>
      (await forge(HEADER, member)).replace(
        /\.([^.])([^.]*)$/,
        (_, first, rest) => `.${first === "A" ? "B" : "A"}${rest}`,
      ),
    "left-over bits of the signature": async () => {
      const token = await forge(HEADER, member);
      const alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) | 1];
    },
    "claims changed after signing": async () => {
      const [header, , signature] = (await forge(HEADER, member)).split(".");
      const claims = b64(JSON.stringify({ ...member, sub: "member-2" }));
      return `${header}.${claims}.${signature}`;
    },
    // The header (RFC 8725, 2.1 and 3.1).
    "alg none": () => forge({ alg: "none", typ: "JWT" }, member),
    "alg none, no signature": async () =>
      (await forge({ alg: "none", typ: "JWT" }, member)).replace(/[^.]*$/, ""),
    "alg None": () => forge({ alg: "None", typ: "JWT" }, member),
    "alg nOnE": () => forge({ alg: "nOnE", typ: "JWT" }, member),
    "alg empty": () => forge({ alg: "", typ: "JWT" }, member),
    "alg in a list": () => forge({ alg: ["HS256"], typ: "JWT" }, member),
    "alg null": () => forge({ alg: null, typ: "JWT" }, member),
    "no alg": () => forge({ typ: "JWT" }, member),
    "alg in lower case": () => forge({ alg: "hs256", typ: "JWT" }, member),
    "HS384": () => forge({ alg: "HS384", typ: "JWT" }, member, OURS, "SHA-384"),
    "HS512": () => forge({ alg: "HS512", typ: "JWT" }, member, OURS, "SHA-512"),
    "HS512 by name only": () => forge({ alg: "HS512", typ: "JWT" }, member),
    "RS256 by name only": () => forge({ alg: "RS256", typ: "JWT" }, member),
    "ES256 by name only": () => forge({ alg: "ES256", typ: "JWT" }, member),
    "kid": () => forge({ ...HEADER, kid: "../../dev/null" }, member),
    "jku": () => forge({ ...HEADER, jku: "http://evil.example/jwks" }, member),
    "x5u": () => forge({ ...HEADER, x5u: "http://evil.example/cert" }, member),
    "jwk": () =>
      forge(
        { ...HEADER, jwk: { kty: "oct", k: b64(FOREIGN.bytes()) } },
        member,
        FOREIGN,
      ),
    "crit": () => forge({ ...HEADER, crit: ["exp"] }, member),
    "b64 false": () => forge({ ...HEADER, b64: false, crit: ["b64"] }, member),
    "zip": () => forge({ ...HEADER, zip: "DEF" }, member),
    "alg twice": () =>
      forge('{"alg":"HS256","typ":"JWT","alg":"none"}', member),
    "another typ": () => forge({ alg: "HS256", typ: "at+jwt" }, member),
    "header that is an array": () => forge([HEADER], member),
    // Times.
    "no exp": () => forge(HEADER, without("exp")),
    "exp a text": () => forge(HEADER, { ...member, exp: String(NOW + 60) }),
    "exp null": () => forge(HEADER, { ...member, exp: null }),
    "exp huge": () =>
      forge(HEADER, { ...member, exp: Number.MAX_SAFE_INTEGER }),
    "exp beyond numbers": () =>
      forge(
        HEADER,
        JSON.stringify(member).replace(String(member.exp), "1e999"),
      ),
    "exp negative": () => forge(HEADER, { ...member, exp: -1 }),
    "exp a fraction": () => forge(HEADER, { ...member, exp: NOW + 0.5 }),
    "exp over": () => forge(HEADER, { ...member, iat: NOW - 60, exp: NOW - 6 }),
    "exp before iat": () =>
      forge(HEADER, { ...member, iat: NOW + 4, exp: NOW }),
    "life of 2 h and a second": () =>
      forge(HEADER, { ...member, exp: NOW + 7_201 }),
    "no iat": () => forge(HEADER, without("iat")),
    "iat a text": () => forge(HEADER, { ...member, iat: String(NOW) }),
    "iat to come": () =>
      forge(HEADER, { ...member, iat: NOW + 1_206, exp: NOW + 1_800 }),
    "iat to come, nbf not": () =>
      forge(HEADER, {
        ...member,
        iat: NOW + 1_206,
        nbf: NOW,
        exp: NOW + 1_800,
      }),
    "nbf to come": () => forge(HEADER, { ...member, nbf: NOW + 1_206 }),
    "nbf a text": () => forge(HEADER, { ...member, nbf: "0" }),
    // Who, where and what for.
    "no iss": () => forge(HEADER, without("iss")),
    "another iss": () => forge(HEADER, { ...member, iss: "evil" }),
    "no aud": () => forge(HEADER, without("aud")),
    "aud of another deployment": () =>
      forge(HEADER, { ...member, aud: "member@https://preview.example" }),
    "aud with ours among others": () =>
      forge(HEADER, { ...member, aud: [member.aud, "other"] }),
    "aud of hosts": () =>
      forge(HEADER, { ...member, aud: `host@${DEPLOYMENT}` }),
    "aud of hosts, claims of hosts": async () =>
      await make().tokens.issueHost({ roomId: "room-1" }),
    "no room": () => forge(HEADER, without("room")),
    "room a list": () => forge(HEADER, { ...member, room: ["room-1"] }),
    "room with a slash": () => forge(HEADER, { ...member, room: "a/b" }),
    "no sub": () => forge(HEADER, without("sub")),
    "sub empty": () => forge(HEADER, { ...member, sub: "" }),
    "sub a number": () => forge(HEADER, { ...member, sub: 1 }),
    "no role": () => forge(HEADER, without("role")),
    "unknown role": () => forge(HEADER, { ...member, role: "admin" }),
    "roles": () => forge(HEADER, { ...member, role: ["host"] }),
    "no name": () => forge(HEADER, without("name")),
    "long name": () => forge(HEADER, { ...member, name: "n".repeat(129) }),
    "no jti": () => forge(HEADER, without("jti")),
    "jti an object": () => forge(HEADER, { ...member, jti: {} }),
    "claims in the prototype": () =>
      forge(HEADER, `{"__proto__":${JSON.stringify(member)}}`),
  };
}
