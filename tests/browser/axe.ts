/** Accessibility: axe-core, run in the page as it stands. */
import axe, { type Result, type RunOptions } from "axe-core";
import type { Tab } from "./tab.ts";

/** Everything that axe-core holds against the page, readable as it is. */
export async function axeViolations(
  tab: Tab,
  options: RunOptions = {},
): Promise<string[]> {
  // Driven in, not linked: so any content security policy lets it pass.
  if (!await tab.evaluate(() => "axe" in globalThis)) await tab.run(axe.source);
  const violations: Result[] = await tab.evaluate(async (options) => {
    // deno-lint-ignore no-explicit-any -- axe-core put it there.
    const { violations } = await (globalThis as any).axe.run(document, options);
    // Through JSON: not every driver carries the whole result across.
    return JSON.parse(JSON.stringify(violations));
  }, options);
  return violations.map(readable);
}

function readable({ id, impact, help, helpUrl, nodes }: Result): string {
  const places = nodes.map(({ target, html, failureSummary }) =>
    `    ${target.join(" ")}\n      ${html}\n      ${
      failureSummary?.replaceAll("\n", "\n      ") ?? ""
    }`
  );
  return `${id} (${impact}): ${help}\n  ${helpUrl}\n${places.join("\n")}`;
}
