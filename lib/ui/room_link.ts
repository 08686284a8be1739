/** What people type or paste to get into a room, and the links that they send each other. */

/** The forms of `Id` and `Slug` in lib/protocol/ids.ts; every slug is also an id by form. */
const ROOM = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The page of the room that was meant by a full link, `/r/x`, `r/x`, or a bare id or slug; null when it can be none of these.
 *
 * Links to other hosts are refused: a room lives on one deployment, and a typed link must not lead away from it. The fragment (an
 * end-to-end key) is kept, and so are the query's wishes.
 */
export function roomPath(entered: string, origin: string): string | null {
  const text = entered.trim();
  if (ROOM.test(text)) return `/r/${text}`;
  // A link as a phone shows it: without its scheme.
  const host = new URL(origin).host;
  const full = text.toLowerCase().startsWith(`${host.toLowerCase()}/`)
    ? `${origin}${text.slice(host.length)}`
    : text.startsWith("r/")
    ? `/${text}`
    : text;
  const url = URL.parse(full, origin);
  if (url === null || url.host !== host || !/^https?:$/.test(url.protocol)) {
    return null;
  }
  const room = /^\/r\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  if (room === undefined || !ROOM.test(room)) return null;
  return `/r/${room}${url.search}${url.hash}`;
}

/** The link to send to others: this room, with its key if it has one, without what only concerned the sender. */
export function inviteLink(
  page: { origin: string; hash: string },
  room: string,
): string {
  return `${page.origin}/r/${room}${page.hash}`;
}
