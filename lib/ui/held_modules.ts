/**
 * A page whose modules wait for its first script. To compile, run and draw what they are keeps a browser as busy as connecting does: whoever
 * enters at once hears the others sooner if one comes after the other. Until then people see that they are joining.
 */
import type { EarlyEntry } from "@/lib/ui/early_entry.ts";
import { MODULES_KEY } from "@/lib/ui/storage.ts";

/** What makes a script a data block (HTML 4.12.1) and a link none of any kind, until the first script says otherwise. */
const HELD = "held";

/** So long modules wait for the call to be connected. Where the other end is so far away that it takes longer, there is time to run them. */
const AT_MOST_MS = 150;

/**
 * Holds the modules of a rendered page, which has to have a first script of `thenModules`.
 *
 * @param paths All of them, what they import included.
 */
export function holdModules(html: string, paths: readonly string[]): string {
  const links = paths.map((path) => `<link rel="${HELD}" href="${path}">`);
  return html
    .replace("<head>", `<head>${links.join("")}`)
    .replaceAll('<script type="module"', `<script type="${HELD}"`);
}

/** The source of a page's first script that does what `script` does, whether or not it can, and then lets the modules run. */
export function thenModules(script: string): string {
  const names = JSON.stringify([HELD, MODULES_KEY]).slice(1, -1);
  return `try{${script}}finally{(${runModules})(${names},${AT_MOST_MS})}`;
}

/** Its source is put into the page: it must not use anything of this module. */
function runModules(held: string, key: string, atMostMs: number): void {
  const page = globalThis as { earlyEntry?: EarlyEntry };
  const settled = page.earlyEntry?.connection.settled;
  const links = [
    ...document.querySelectorAll<HTMLLinkElement>(`link[rel=${held}]`),
  ];
  const load = () => links.forEach((link) => link.rel = "modulepreload");
  const build = links[0]?.href;
  let isHere = false;
  try {
    isHere = localStorage.getItem(key) === build;
    localStorage.setItem(key, build);
  } catch {
    // Blocked, or full: they are fetched as if for the first time.
  }
  // What has to come over the network first is in nobody's way meanwhile.
  if (!isHere || settled === undefined) load();
  const late = new Promise((resolve) => setTimeout(resolve, atMostMs));
  const read = new Promise((resolve) =>
    document.addEventListener("DOMContentLoaded", resolve, { once: true })
  );
  Promise.all([read, settled && Promise.race([settled, late])]).then(() => {
    load();
    const scripts = document.querySelectorAll<HTMLScriptElement>(
      `script[type=${held}]`,
    );
    for (const { nonce, textContent } of scripts) {
      const script = document.createElement("script");
      Object.assign(script, { type: "module", nonce, textContent });
      document.body.append(script);
    }
  });
}
