/** What a proof is, and how one is run. The list of them is in `prove.ts`. */

/** How large a run is: `small` takes seconds and shows that the tool works, `full` is what counts. */
export type Size = "small" | "full";

export interface ProofOptions {
  /** All chance comes from it: a proof whose seed is the same does the same. */
  seed: number;
  size: Size;
  /** Says how far it is. */
  progress(line: string): void;
}

/** What came of a proof. */
export interface ProofResult {
  held: boolean;
  /** How much was done: rooms, signals, seeds … */
  sizes: Record<string, number>;
  /** What was counted and measured, and what was found to be wrong. */
  figures: Record<string, unknown>;
}

/** One promise of the product, proven at full size. */
export interface Proof {
  /** As on the command line, and the name of its file in `bench/results/`. */
  name: string;
  /** What it proves, in a line. */
  proves: string;
  /** Closes what it opened, whatever happens. What it throws counts as not held. */
  prove(options: ProofOptions): Promise<ProofResult>;
}

/** A run as it is kept in `bench/results/`. */
export interface ProofRecord extends ProofResult {
  name: string;
  proves: string;
  seed: number;
  size: Size;
  /** When it began (ISO 8601), and how long it took. */
  date: string;
  seconds: number;
  deno: string;
}

/** Runs a proof. Never throws. */
export async function runProof(
  { name, proves, prove }: Proof,
  options: ProofOptions,
): Promise<ProofRecord> {
  const date = new Date().toISOString();
  const startedAt = performance.now();
  const result = await prove(options).catch((error): ProofResult => ({
    held: false,
    sizes: {},
    figures: { error: error instanceof Error ? error.stack : String(error) },
  }));
  return {
    name,
    proves,
    held: result.held,
    seed: options.seed,
    size: options.size,
    date,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    deno: Deno.version.deno,
    sizes: result.sizes,
    figures: result.figures,
  };
}
