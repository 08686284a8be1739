/** The network address that a request came from, as the key of limits. */
import { parseIp } from "./ip.ts";

/**
 * Whom to count a request against. An IPv4 address, or the /64 of an IPv6 address, because whoever has one has the whole of it.
 *
 * `X-Forwarded-For` can be written by anyone, so it is believed only as far as our own proxies wrote it: each appends the address that it
 * saw, so with `trustedProxies` of them the client's is that many places from the right. Where that place is missing or is no address the
 * connection's own address is used.
 */
export function requestAddress(
  request: Request,
  remote: Deno.Addr,
  trustedProxies: number,
): string {
  const own = "hostname" in remote ? remote.hostname : "local";
  if (trustedProxies > 0) {
    const hops = request.headers.get("X-Forwarded-For")?.split(",") ?? [];
    const hop = hops.at(-trustedProxies)?.trim();
    const address = hop && network(hop);
    if (address) return address;
  }
  return network(own) ?? own;
}

/** An address, perhaps with a port, as the network that is counted; undefined when it is none. */
function network(text: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ??
    /^([0-9.]+):\d+$/.exec(text)?.[1] ?? text;
  const bytes = parseIp(bare);
  if (!bytes) return undefined;
  if (bytes.length === 4) return bytes.join(".");
  const groups = [0, 2, 4, 6].map((i) =>
    (bytes[i] << 8 | bytes[i + 1]).toString(16)
  );
  return `${groups.join(":")}::/64`;
}
