// deno-lint-ignore-file no-import-prefix
import type { VNode } from "preact";
import { renderToString } from "npm:preact-render-to-string@^6.6.3";

/** A component as the server would send it. */
export function html(node: VNode): string {
  return renderToString(node);
}

/** What a reader sees of it: no tags, and entities as the characters that they stand for. */
export function text(node: VNode): string {
  return html(node).replace(/<[^>]*>/g, " ").replaceAll("&lt;", "<")
    .replaceAll("&quot;", '"').replaceAll("&amp;", "&")
    .replace(/\s+/g, " ").trim();
}
