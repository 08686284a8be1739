import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { Secret } from "@/lib/server/secret.ts";
import {
  ANN,
  b64,
  DEPLOYMENT,
  FOREIGN,
  forge,
  HEADER,
  make,
  MEMBER,
  NOW,
  OLD,
  OURS,
  without,
} from "./forge.ts";

const FORGED: Record<string, () => Promise<string> | string> = {
  // Not a token at all.
  "nothing": () => "",
  "a word": () => "token",
  "two dots": () => "..",
  "two parts": async () =>
    (await forge(HEADER, MEMBER)).split(".").slice(0, 2).join("."),
  "four parts": async () => `${await forge(HEADER, MEMBER)}.x`,
  "five parts, as if encrypted": () => "a.b.c.d.e",
  "very long": async () =>
    await forge(HEADER, { ...MEMBER, x: "y".repeat(4e3) }),
  "space before": async () => ` ${await forge(HEADER, MEMBER)}`,
  "line end after": async () => `${await forge(HEADER, MEMBER)}\n`,
  "NUL inside": async () => (await forge(HEADER, MEMBER)).replace(".", "\0."),
  "padding": async () => `${await forge(HEADER, MEMBER)}=`,
  "claims that are not JSON": () => forge(HEADER, "{"),
  "claims that are an array": () => forge(HEADER, [MEMBER]),
  "claims that are null": () => forge(HEADER, "null"),
  "claims that are a text": () => forge(HEADER, '"claims"'),
  // The signature.
  "no signature": async () =>
    (await forge(HEADER, MEMBER)).replace(/[^.]*$/, ""),
  "signature cut": async () => (await forge(HEADER, MEMBER)).slice(0, -1),
  "another secret": () => forge(HEADER, MEMBER, FOREIGN),
  "the retired secret": () => forge(HEADER, MEMBER, OLD),
  "an empty-looking secret": () => forge(HEADER, MEMBER, new Secret("\0")),
  "signature of zeroes": async () =>
    (await forge(HEADER, MEMBER)).replace(/[^.]*$/, "A".repeat(43)),
  "one bit of the signature": async () =>
    (await forge(HEADER, MEMBER)).replace(
      /\.([^.])([^.]*)$/,
      (_, first, rest) => `.${first === "A" ? "B" : "A"}${rest}`,
    ),
  "left-over bits of the signature": async () => {
    const token = await forge(HEADER, MEMBER);
    const alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) | 1];
  },
  "claims changed after signing": async () => {
    const [header, , signature] = (await forge(HEADER, MEMBER)).split(".");
    const claims = b64(JSON.stringify({ ...MEMBER, sub: "member-2" }));
    return `${header}.${claims}.${signature}`;
  },
  // The header (RFC 8725, 2.1 and 3.1).
  "alg none": () => forge({ alg: "none", typ: "JWT" }, MEMBER),
  "alg none, no signature": async () =>
    (await forge({ alg: "none", typ: "JWT" }, MEMBER)).replace(/[^.]*$/, ""),
  "alg None": () => forge({ alg: "None", typ: "JWT" }, MEMBER),
  "alg nOnE": () => forge({ alg: "nOnE", typ: "JWT" }, MEMBER),
  "alg empty": () => forge({ alg: "", typ: "JWT" }, MEMBER),
  "alg in a list": () => forge({ alg: ["HS256"], typ: "JWT" }, MEMBER),
  "alg null": () => forge({ alg: null, typ: "JWT" }, MEMBER),
  "no alg": () => forge({ typ: "JWT" }, MEMBER),
  "alg in lower case": () => forge({ alg: "hs256", typ: "JWT" }, MEMBER),
  "HS384": () => forge({ alg: "HS384", typ: "JWT" }, MEMBER, OURS, "SHA-384"),
  "HS512": () => forge({ alg: "HS512", typ: "JWT" }, MEMBER, OURS, "SHA-512"),
  "HS512 by name only": () => forge({ alg: "HS512", typ: "JWT" }, MEMBER),
  "RS256 by name only": () => forge({ alg: "RS256", typ: "JWT" }, MEMBER),
  "ES256 by name only": () => forge({ alg: "ES256", typ: "JWT" }, MEMBER),
  "kid": () => forge({ ...HEADER, kid: "../../dev/null" }, MEMBER),
  "jku": () => forge({ ...HEADER, jku: "http://evil.example/jwks" }, MEMBER),
  "x5u": () => forge({ ...HEADER, x5u: "http://evil.example/cert" }, MEMBER),
  "jwk": () =>
    forge(
      { ...HEADER, jwk: { kty: "oct", k: b64(FOREIGN.bytes()) } },
      MEMBER,
      FOREIGN,
    ),
  "crit": () => forge({ ...HEADER, crit: ["exp"] }, MEMBER),
  "b64 false": () => forge({ ...HEADER, b64: false, crit: ["b64"] }, MEMBER),
  "zip": () => forge({ ...HEADER, zip: "DEF" }, MEMBER),
  "alg twice": () => forge('{"alg":"HS256","typ":"JWT","alg":"none"}', MEMBER),
  "another typ": () => forge({ alg: "HS256", typ: "at+jwt" }, MEMBER),
  "header that is an array": () => forge([HEADER], MEMBER),
  // Times.
  "no exp": () => forge(HEADER, without("exp")),
  "exp a text": () => forge(HEADER, { ...MEMBER, exp: String(NOW + 60) }),
  "exp null": () => forge(HEADER, { ...MEMBER, exp: null }),
  "exp huge": () => forge(HEADER, { ...MEMBER, exp: Number.MAX_SAFE_INTEGER }),
  "exp beyond numbers": () =>
    forge(HEADER, JSON.stringify(MEMBER).replace(String(MEMBER.exp), "1e999")),
  "exp negative": () => forge(HEADER, { ...MEMBER, exp: -1 }),
  "exp a fraction": () => forge(HEADER, { ...MEMBER, exp: NOW + 0.5 }),
  "exp over": () => forge(HEADER, { ...MEMBER, iat: NOW - 60, exp: NOW - 6 }),
  "exp before iat": () => forge(HEADER, { ...MEMBER, iat: NOW + 4, exp: NOW }),
  "life of 2 h and a second": () =>
    forge(HEADER, { ...MEMBER, exp: NOW + 7_201 }),
  "no iat": () => forge(HEADER, without("iat")),
  "iat a text": () => forge(HEADER, { ...MEMBER, iat: String(NOW) }),
  "iat to come": () =>
    forge(HEADER, { ...MEMBER, iat: NOW + 6, exp: NOW + 600 }),
  "iat to come, nbf not": () =>
    forge(HEADER, { ...MEMBER, iat: NOW + 6, nbf: NOW, exp: NOW + 600 }),
  "nbf to come": () => forge(HEADER, { ...MEMBER, nbf: NOW + 60 }),
  "nbf a text": () => forge(HEADER, { ...MEMBER, nbf: "0" }),
  // Who, where and what for.
  "no iss": () => forge(HEADER, without("iss")),
  "another iss": () => forge(HEADER, { ...MEMBER, iss: "evil" }),
  "no aud": () => forge(HEADER, without("aud")),
  "aud of another deployment": () =>
    forge(HEADER, { ...MEMBER, aud: "member@https://preview.example" }),
  "aud with ours among others": () =>
    forge(HEADER, { ...MEMBER, aud: [MEMBER.aud, "other"] }),
  "aud of hosts": () => forge(HEADER, { ...MEMBER, aud: `host@${DEPLOYMENT}` }),
  "aud of hosts, claims of hosts": async () =>
    await make().tokens.issueHost({ roomId: "room-1" }),
  "no room": () => forge(HEADER, without("room")),
  "room a list": () => forge(HEADER, { ...MEMBER, room: ["room-1"] }),
  "room with a slash": () => forge(HEADER, { ...MEMBER, room: "a/b" }),
  "no sub": () => forge(HEADER, without("sub")),
  "sub empty": () => forge(HEADER, { ...MEMBER, sub: "" }),
  "sub a number": () => forge(HEADER, { ...MEMBER, sub: 1 }),
  "no role": () => forge(HEADER, without("role")),
  "unknown role": () => forge(HEADER, { ...MEMBER, role: "admin" }),
  "roles": () => forge(HEADER, { ...MEMBER, role: ["host"] }),
  "no name": () => forge(HEADER, without("name")),
  "long name": () => forge(HEADER, { ...MEMBER, name: "n".repeat(129) }),
  "no jti": () => forge(HEADER, without("jti")),
  "jti an object": () => forge(HEADER, { ...MEMBER, jti: {} }),
  "claims in the prototype": () =>
    forge(HEADER, `{"__proto__":${JSON.stringify(MEMBER)}}`),
};

Deno.test(`Tokens refuses ${Object.keys(FORGED).length} kinds of forgery`, async (t) => {
  assert(Object.keys(FORGED).length >= 40);
  const { tokens } = make();
  for (const [kind, token] of Object.entries(FORGED)) {
    await t.step(kind, async () => {
      const text = await token();
      const error = await assertRejects(
        () => tokens.verifyMember(text),
        ProtocolError,
      );
      assertEquals(error.code, "token-invalid");
      assertEquals(error.message, new ProtocolError("token-invalid").message);
    });
  }
});

Deno.test("Tokens refuses random garbage without breaking", async () => {
  const { tokens } = make();
  const { token } = await tokens.issueMember(ANN);
  for (let i = 0; i < 2_000; i++) {
    const bytes = [...token];
    for (let n = 1 + i % 3; n > 0; n--) {
      const at = Math.floor(Math.random() * bytes.length);
      bytes[at] = String.fromCharCode(Math.floor(Math.random() * 256));
    }
    const changed = bytes.join("");
    if (changed === token) continue;
    await assertRejects(() => tokens.verify(changed), ProtocolError);
  }
});
