/**
 * The 4 or 16 bytes of an address in text (RFC 4291, 2.2); undefined when it is none. An IPv4 address in IPv6 clothing (`::ffff:1.2.3.4`)
 * is IPv4, and a zone (`%eth0`) is dropped.
 */
export function parseIp(text: string): number[] | undefined {
  if (!text.includes(":")) return parseIp4(text);
  const bytes = parseIp6(text.split("%")[0]);
  const mapped = bytes?.slice(0, 12).join() === "0,0,0,0,0,0,0,0,0,0,255,255";
  return mapped ? bytes!.slice(12) : bytes;
}

function parseIp4(text: string): number[] | undefined {
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function parseIp6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const parts = halves.map((half, i) =>
    half === "" ? [] : parseGroups(half, i === halves.length - 1)
  );
  const [head, tail] = parts;
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - tail!.length;
  if (missing < 2) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail!];
}

/** Groups of 16 bits; the last two of an address may be written as IPv4. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const ip4 = isEnd && i === groups.length - 1 ? parseIp4(group) : undefined;
    if (!ip4) return undefined;
    bytes.push(...ip4);
  }
  return bytes.length <= 16 ? bytes : undefined;
}
