import { define } from "@/lib/define.ts";

/** Style sheets of `static/`, in the order in which they count. */
const STYLES = [
  "lobby",
  "call",
  "call_stage",
  "call_toolbar",
  "call_menus",
  "call_controls",
  "chat",
  "call_people",
];

/** The styles of a room's page as one sheet: a page's modules wait for every sheet above them. */
export const handler = define.handlers({
  async GET({ url }) {
    const sheets = await Promise.all(
      STYLES.map((name) =>
        Deno.readTextFile(new URL(`../static/${name}.css`, import.meta.url))
      ),
    );
    // Under an address with the build's key (`asset`) it never changes.
    const lasting = url.searchParams.has("__frsh_c");
    return new Response(sheets.join("\n"), {
      headers: {
        "content-type": "text/css; charset=UTF-8",
        "cache-control": lasting
          ? "public, max-age=31536000, immutable"
          : "no-cache",
      },
    });
  },
});
