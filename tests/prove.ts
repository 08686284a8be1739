/**
 * The proofs at full size: what `deno task test` shows at a small one.
 *
 *     deno task prove [name…] [--seed=N] [--size=small|full]
 *
 * Without names all of them run, one after the other. Each one's result goes to `bench/results/<name>.json` when its size is full. The
 * exit code is 1 when one did not hold.
 *
 * @module
 */
import { ABUSE } from "./abuse/abuse_proof.ts";
import { CHURN } from "./browser/churn_proof.ts";
import { DEAF } from "./browser/deaf_proof.ts";
import { TWO_PROCESSES } from "./browser/two_processes_proof.ts";
import { CLUSTER_PROOFS } from "./cluster/proofs.ts";
import { FUZZ } from "./fuzz/fuzz_proof.ts";
import { type Proof, runProof, type Size } from "./proof.ts";
import { SIMULATION } from "./simulation/proof.ts";

/** Every proof that there is. */
export const PROOFS: readonly Proof[] = [
  SIMULATION,
  ...CLUSTER_PROOFS,
  TWO_PROCESSES,
  FUZZ,
  CHURN,
  DEAF,
  ABUSE,
];

const RESULTS = new URL("../bench/results/", import.meta.url);

/** What the command line asks for. */
export interface Wish {
  proofs: readonly Proof[];
  seed: number;
  size: Size;
}

/** The command line's wish, or what is wrong with it. */
export function readWish(
  args: readonly string[],
  proofs: readonly Proof[] = PROOFS,
): Wish | string {
  let seed = 1;
  let size: Size = "full";
  const chosen: Proof[] = [];
  for (const arg of args) {
    const [option, value = ""] = arg.split("=", 2);
    if (option === "--seed" && /^\d{1,9}$/.test(value)) seed = Number(value);
    else if (option === "--size" && (value === "small" || value === "full")) {
      size = value;
    } else {
      const proof = proofs.find(({ name }) => name === arg);
      if (!proof) {
        const names = proofs.map(({ name }) => name).join(", ");
        return `"${arg}" is no proof and no option: ${names}, --seed=N, --size=small|full.`;
      }
      chosen.push(proof);
    }
  }
  return { proofs: chosen.length > 0 ? chosen : proofs, seed, size };
}

async function main(): Promise<number> {
  const wish = readWish(Deno.args);
  if (typeof wish === "string") {
    console.error(`error: ${wish}`);
    return 1;
  }
  const { proofs, seed, size } = wish;
  let held = true;
  for (const proof of proofs) {
    console.log(`${proof.name}: ${proof.proves} (seed ${seed}, ${size})`);
    const progress = (line: string) => console.log(`  ${line}`);
    const record = await runProof(proof, { seed, size, progress });
    held &&= record.held;
    const text = JSON.stringify(record, null, 2);
    if (size === "full") {
      await Deno.mkdir(RESULTS, { recursive: true });
      await Deno.writeTextFile(
        new URL(`${record.name}.json`, RESULTS),
        `${text}\n`,
      );
    }
    console.log(text);
    console.log(
      `${proof.name}: ${record.held ? "held" : "DID NOT HOLD"} ` +
        `(${record.seconds} s)`,
    );
  }
  return held ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
