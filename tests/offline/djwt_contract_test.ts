/** Tokens, as either djwt makes and checks them. */

import {
  create,
  decode,
  getNumericDate,
  type Payload,
  verify,
  type VerifyOptions,
} from "@zaubrik/djwt";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";

const hmac = (hash: string, fill = 7) =>
  crypto.subtle.importKey(
    "raw",
    new Uint8Array(64).fill(fill),
    { name: "HMAC", hash },
    false,
    ["sign", "verify"],
  );
const key = await hmac("SHA-256");
const HS256 = { alg: "HS256", typ: "JWT" } as const;
const now = () => Math.floor(Date.now() / 1000);

const part = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value))
    .toBase64({ alphabet: "base64url", omitPadding: true });

Deno.test("create: header, payload and signature as RFC 7515 has them", async () => {
  const token = await create(HS256, { sub: "m1", exp: 1 }, key);
  const [header, payload, signature] = token.split(".");
  assertEquals(header, part(HS256));
  assertEquals(payload, part({ sub: "m1", exp: 1 }));
  const sign = await crypto.subtle.sign(
    "HMAC",
    key,
    new TextEncoder().encode(`${header}.${payload}`),
  );
  assertEquals(
    signature,
    new Uint8Array(sign).toBase64({ alphabet: "base64url", omitPadding: true }),
  );
});

Deno.test("verify: gives the payload of a right token, exp or not", async () => {
  for (const payload of [{ a: 1 }, { exp: getNumericDate(60), b: "ü" }]) {
    const token = await create(HS256, payload, key);
    assertEquals(await verify(token, key), payload);
  }
});

Deno.test("verify: times have a leeway of one second, and are numbers", async () => {
  const check = async (payload: Payload, options?: VerifyOptions) =>
    await verify(await create(HS256, payload, key), key, options);
  const late = "The jwt is expired.";
  const early = "The jwt is used too early.";
  await assertRejects(() => check({ exp: now() - 5 }), RangeError, late);
  await assertRejects(() => check({ nbf: now() + 5 }), RangeError, early);
  await check({ exp: now() + 1, nbf: now() });
  await check({ exp: now() - 5 }, { expLeeway: 60 });
  await check({ exp: now() - 5, nbf: now() + 60 }, {
    ignoreExp: true,
    ignoreNbf: true,
  });
  for (const exp of ["9999999999", null, true]) {
    const payload = { exp } as unknown as Payload;
    await assertRejects(() => check(payload), Error, "invalid 'exp' or 'nbf'");
  }
});

Deno.test("verify: the audience is checked when asked for", async () => {
  const check = async (aud: unknown, audience: string | string[] | RegExp) =>
    await verify(await create(HS256, { aud } as Payload, key), key, {
      audience,
    });
  await check("a", "a");
  await check(["a", "b"], ["b", "c"]);
  await check("room-1", /^room-\d$/);
  await assertRejects(() => check(undefined, "a"), Error, "no 'aud' claim");
  await assertRejects(() => check("b", "a"), Error, "'aud' claim has failed");
  await assertRejects(() => check([1], "a"), Error, "invalid 'aud' claim");
});

Deno.test("verify: predicates must hold", async () => {
  const token = await create(HS256, { a: 1 }, key);
  await verify(token, key, { predicates: [(payload) => payload.a === 1] });
  await assertRejects(
    () => verify(token, key, { predicates: [() => false] }),
    Error,
    "does not satisfy all passed predicates",
  );
});

Deno.test("verify: no forged token passes", async () => {
  const good = await create(HS256, { role: "host", exp: now() + 60 }, key);
  const [header, payload, signature] = good.split(".");
  const forged: string[] = [
    `${header}.${part({ role: "host", exp: now() + 999 })}.${signature}`,
    `${header}.${payload}.`,
    `${header}.${payload}.${signature.slice(0, -4)}`,
    `${header}.${payload}.${"A".repeat(43)}`,
    await create(HS256, { role: "host" }, await hmac("SHA-256", 8)),
    await create(
      { alg: "HS512" },
      { role: "host" },
      await hmac("SHA-512"),
    ),
    `${part({ alg: "none" })}.${payload}.`,
    `${part({ alg: "None" })}.${payload}.`,
    `${part({ alg: "HS256", crit: ["x"], x: 1 })}.${payload}.${signature}`,
    `${part({ alg: "RS256" })}.${payload}.${signature}`,
    `${part({ alg: "HS384" })}.${payload}.${signature}`,
    `${part({ alg: ["HS256"] })}.${payload}.${signature}`,
    `${part({})}.${payload}.${signature}`,
    `${part(null)}.${payload}.${signature}`,
    `${header}.${part([1])}.${signature}`,
    `${header}.${part("text")}.${signature}`,
    `${header}..${signature}`,
    `${header}.${payload}`,
    `${good}.${signature}`,
    `${header}.${payload}.!${signature}`,
    "",
    "...",
    "a.b.c",
  ];
  for (const token of forged) {
    await assertRejects(() => verify(token, key), Error, undefined, token);
  }
  await verify(good, key);
});

Deno.test("verify: says whether algorithm or signature is wrong", async () => {
  const [header, payload, signature] = (await create(HS256, {}, key)).split(
    ".",
  );
  await assertRejects(
    () => verify(`${part({ alg: "HS384" })}.${payload}.${signature}`, key),
    Error,
    "The jwt's alg 'HS384' does not match the key's algorithm.",
  );
  await assertRejects(
    () => verify(`${header}.${payload}.AAAA`, key),
    Error,
    "The jwt's signature does not match the verification signature.",
  );
});

Deno.test("create: a key of another kind is refused", async () => {
  const wrong = await hmac("SHA-512");
  await assertRejects(
    () => create(HS256, {}, wrong),
    Error,
    "alg 'HS256' does not match the key's algorithm",
  );
  await assertRejects(() => create(HS256, {}, null), Error, "demands a key");
  await assertRejects(
    () => create({ alg: "none" }, {}, key),
    Error,
    "does not allow a key",
  );
});

Deno.test("decode: parts unchecked; malformed ones throw", async () => {
  const token = await create(HS256, { a: 1 }, key);
  const [header, payload, signature] = decode<Payload>(token);
  assertEquals([header, payload.a, signature.length], [HS256, 1, 32]);
  assertThrows(() => decode("a.b"), Error, "serialization of the jwt");
});

Deno.test("getNumericDate: seconds from now, or of a date", () => {
  assertEquals(getNumericDate(new Date(5400)), 5);
  assertEquals(Math.abs(getNumericDate(60) - now() - 60) <= 1, true);
});
