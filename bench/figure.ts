/** What was measured, and what was promised. */
import type { Packages } from "../lib/server/built_with.ts";

/** One figure, as it is printed and kept. */
export interface Figure {
  /** Of its file in `bench/results/`. */
  name: string;
  /** What it says, in a line. */
  says: string;
  /** What was promised; none: it is only reported. */
  target?: { what: string; held: boolean };
  /** What the bundles were made with, where that makes the figure. */
  builtWith?: Packages;
  /** Everything that was measured, medians. */
  figures: Record<string, number>;
}

const RESULTS = new URL("results/", import.meta.url);

/** Prints a figure in one line, and keeps it. */
export async function report(figure: Figure) {
  const { name, says, target, builtWith, figures } = figure;
  const verdict = target
    ? ` (target: ${target.what}${target.held ? "" : "; MISSED"})`
    : "";
  console.log(`${says}${verdict}`);
  const record = {
    name,
    says,
    ...target && { target: target.what, held: target.held },
    date: new Date().toISOString(),
    deno: Deno.version.deno,
    ...builtWith && { builtWith },
    figures: Object.fromEntries(
      Object.entries(figures).map(([key, value]) => [key, rounded(value)]),
    ),
  };
  await Deno.mkdir(RESULTS, { recursive: true });
  await Deno.writeTextFile(
    new URL(`${name}.json`, RESULTS),
    `${JSON.stringify(record, null, 2)}\n`,
  );
}

/** Three digits that mean something, or all before the point. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
