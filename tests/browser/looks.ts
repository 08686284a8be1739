/** What every page has to stand in every state, and pictures of it. */
import { assertEquals } from "@std/assert";
import { axeViolations } from "./axe.ts";
import type { ChromiumTab } from "./chromium.ts";
import { SIZES, takeScreenshots } from "./screenshots.ts";

/** The narrowest that a page has to fit (WCAG 2.2, 1.4.10). */
const NARROWEST = { width: 320, height: 640 };

/**
 * Fails unless axe-core has nothing against the page as it stands, light and
 * dark, on a phone, a tablet and a desk, nothing needs scrolling sideways, and the
 * console is empty. Takes its pictures as `.screenshots/NAME-…`, but not on CI.
 *
 * @param expected What the console may hold all the same: Chromium writes
 * every answer into it that is not 2xx, and every lost connection.
 */
export async function look(
  tab: ChromiumTab,
  name: string,
  expected?: RegExp,
): Promise<void> {
  // What fades would be measured half way.
  await tab.page.emulateMedia({ reducedMotion: "reduce" });
  const wrong: string[] = [];
  for (const size of [NARROWEST, ...SIZES]) {
    await tab.resize(size.width, size.height);
    for (const text of await tab.evaluate(tooWide)) {
      wrong.push(`${name}-${size.width}: ${text} sticks out`);
    }
    // Nobody's own size: the next ones have the same layout.
    if (size === NARROWEST) continue;
    for (const scheme of ["dark", "light"] as const) {
      await tab.prefer(scheme);
      for (const violation of await axeViolations(tab)) {
        wrong.push(`${name}-${size.width}-${scheme}: ${violation}`);
      }
    }
  }
  // On CI nobody looks at them.
  if (!Deno.env.has("CI")) await takeScreenshots(tab, name);
  assertEquals(wrong.join("\n"), "");
  const problems = tab.problems.splice(0, Infinity);
  assertEquals(problems.filter((text) => !expected?.test(text)), [], name);
}

/** Runs in the page: what makes it wider than the window. */
function tooWide(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth)
    .map((element) => element.outerHTML.slice(0, 80));
}
