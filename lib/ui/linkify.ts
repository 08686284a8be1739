/** Finds the web links in a chat message. The message stays text: what comes back is rendered as text nodes and `<a>`, never as HTML. */

/** A stretch of a message: plain text, or a link whose text is what was typed. */
export type TextPart = { kind: "text"; text: string } | {
  kind: "link";
  text: string;
  href: string;
  /** Where the link really leads, if its text does not plainly say so. */
  host: string | null;
};

/** Links need their scheme: `example.com` alone is as often a slip of the keyboard as a link. */
const LINK = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+/giu;
/** Marks that end a sentence rather than a link, and closing brackets of scripts that do not open them in links. */
const TRAILING = /[.,:;!?…'"»”’。，、；：！？）」』】》]+$/u;
const BRACKETS = { ")": "(", "]": "[" } as const;
const AUTHORITY = /^https?:\/\/([^/?#]*)/iu;

/**
 * Control characters but for tabs and line breaks, and the bidirectional embeddings, overrides and isolates of UAX #9, which show text in
 * another order than it has: `moc.live` for `evil.com`. The marks U+200E and U+200F, and joiners, belong to many languages and stay.
 */
const UNSAFE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** A message in parts that, put together again, are the message without what could mislead. Only `http:` and `https:` ever become links. */
export function linkify(message: string): TextPart[] {
  const text = message.replace(UNSAFE, "");
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimmed(match[0]);
    const target = targetOf(link);
    if (target === null) continue;
    addText(parts, text.slice(end, match.index));
    parts.push({ kind: "link", text: link, ...target });
    end = match.index + link.length;
  }
  addText(parts, text.slice(end));
  return parts;
}

function addText(parts: TextPart[], text: string): void {
  if (text !== "") parts.push({ kind: "text", text });
}

/** The link without the sentence around it: closing marks, and a bracket that the link does not open. */
function trimmed(link: string): string {
  for (;;) {
    const shorter = link.replace(TRAILING, "");
    const last = shorter.slice(-1) as keyof typeof BRACKETS;
    const opening = BRACKETS[last];
    const isUnopened = opening !== undefined &&
      shorter.split(last).length > shorter.split(opening).length;
    const next = isUnopened ? shorter.slice(0, -1) : shorter;
    if (next === link) return link;
    link = next;
  }
}

/** The link as the browser understands it, without a user name that could pass for a host; null for anything but the web. */
function targetOf(link: string): { href: string; host: string | null } | null {
  const url = URL.parse(link);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.username = url.password = "";
  const typed = AUTHORITY.exec(link)?.[1].toLowerCase();
  return { href: url.href, host: typed === url.host ? null : url.host };
}
