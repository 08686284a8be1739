/** The forms that variables may have. Every message completes a sentence that begins with the variable's name, and shows no value. */
import * as v from "valibot";

/** Bytes that a signing secret needs: as many as its hash has (RFC 7518, 3.2). */
const MIN_SECRET_BYTES = 32;

/** What examples, tutorials and tired people put where a secret belongs; a secret that holds one of these and little else is refused. */
const WEAK_PARTS =
  /secret|change|password|passwd|example|default|jwt|token|your|this|test|dev|my|me|key|please|to|in|production|a|be|at|least|32|characters|bytes|long|super|[^a-z0-9]/g;

/** A text that is not empty and has no white space or control characters. */
export const Text = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces"),
);

/** `1` or anything that is not `0` or `false`. */
export const Flag = v.pipe(
  v.string(),
  v.transform((text) => !["", "0", "false"].includes(text)),
);

/** A whole number in a range. */
export function Count(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^[0-9]{1,9}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** A TCP port; 0 lets the system choose. */
export const Port = Count(0, 65_535);

function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  if (url.username || url.password || url.search || url.hash) return undefined;
  return url.pathname === "/" ? url.origin : undefined;
}

const ORIGIN_MESSAGE =
  "must be a scheme and a host, such as https://calls.example.org";

/** `https://host` or `http://host:port`, with nothing behind it. */
export const Origin = v.pipe(
  v.string(),
  v.check((text) => originOf(text) !== undefined, ORIGIN_MESSAGE),
  v.transform((text) => originOf(text)!),
);

/** A text as the items that commas or white space part. */
function items(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== "");
}

/** Several origins. `*` is none: whoever may use the service is to be named. */
export const Origins = v.pipe(
  v.string(),
  v.transform(items),
  v.everyItem(
    (item) => originOf(item) !== undefined,
    "must be a list of origins, such as https://one.example https://two.example (no *)",
  ),
  v.transform((list) => [...new Set(list.map((item) => originOf(item)!))]),
);

/** An address of a KV Connect database, `:memory:`, or a file. */
export const KvPath = v.pipe(
  v.string(),
  v.check(
    (text) => !/^[a-z]+:\/\//i.test(text) || /^https?:\/\/[^/]/i.test(text),
    "must be a file, :memory:, or an address that begins with https://",
  ),
);

/** Addresses of ICE servers in the given schemes (RFC 7064, RFC 7065). At most 8: browsers slow down with more. */
export function IceUrls(schemes: readonly string[]) {
  const form =
    /^[a-z]+:(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?$/i;
  return v.pipe(
    v.string(),
    v.transform(items),
    v.maxLength(8, "must be at most 8 addresses"),
    v.everyItem(
      (item) =>
        form.test(item) && schemes.some((scheme) => item.startsWith(scheme)),
      `must be a list of addresses such as ${schemes[0]}host.example:3478`,
    ),
  );
}

function isWeak(text: string): boolean {
  return text.toLowerCase().replace(WEAK_PARTS, "").length < 12 ||
    new Set(text).size < 10;
}

/** What signs tokens. */
export const SigningSecret = v.pipe(
  v.string(),
  v.check(
    (text) => new TextEncoder().encode(text).length >= MIN_SECRET_BYTES,
    `must be at least ${MIN_SECRET_BYTES} bytes`,
  ),
  v.check(
    (text) => !isWeak(text),
    "is a well-known or guessable secret: use the output of `openssl rand -base64 48`",
  ),
);

/** A secret that others check as well, such as a password between machines. */
export const StrongSecret = v.pipe(
  Text,
  v.minLength(16, "must be at least 16 characters"),
);

/** How many proxies to believe: a number up to 8, or `true` for one. */
export const TrustedProxies = v.pipe(
  v.string(),
  v.regex(
    /^([0-8]|true|false)$/i,
    "must be true, false, or how many proxies are in front (0 to 8)",
  ),
  v.transform((text) => text.toLowerCase() === "true" ? 1 : Number(text) || 0),
);
