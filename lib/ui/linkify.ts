/** Finds the web links in a chat message. The message stays text: what comes back is rendered as text nodes and `<a>`, never as HTML. */

/** A stretch of a message: plain text, or a link whose text is exactly what was typed. */
export type TextPart = { kind: "text"; text: string } | {
  kind: "link";
  text: string;
  href: string;
};

/** Links need their scheme: `example.com` alone is as often a slip of the keyboard as a link. */
const LINK = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+/giu;
/** Marks that end a sentence rather than a link. */
const TRAILING = /[.,:;!?…'"»”’]+$/u;

/** A message in parts that, put together again, are the message. Only `http:` and `https:` ever become links. */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimmed(match[0]);
    const href = safeHref(link);
    if (href === null) continue;
    addText(parts, text.slice(end, match.index));
    parts.push({ kind: "link", text: link, href });
    end = match.index + link.length;
  }
  addText(parts, text.slice(end));
  return parts;
}

function addText(parts: TextPart[], text: string): void {
  if (text !== "") parts.push({ kind: "text", text });
}

/** The link without the sentence around it: closing marks, and a `)` that no `(` in the link belongs to. */
function trimmed(link: string): string {
  for (;;) {
    const shorter = link.replace(TRAILING, "");
    const unbalanced = shorter.endsWith(")") &&
      shorter.split(")").length > shorter.split("(").length;
    const next = unbalanced ? shorter.slice(0, -1) : shorter;
    if (next === link) return link;
    link = next;
  }
}

/** The link as the browser understands it, or null for anything but the web, and for hosts dressed up with a user name. */
function safeHref(link: string): string | null {
  const url = URL.parse(link);
  if (url === null || url.username !== "" || url.password !== "") return null;
  return url.protocol === "https:" || url.protocol === "http:"
    ? url.href
    : null;
}
