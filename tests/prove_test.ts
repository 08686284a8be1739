import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Proof, type ProofResult, runProof } from "./proof.ts";
import { readWish } from "./prove.ts";

const proofOf = (name: string, result: () => ProofResult): Proof => ({
  name,
  proves: "nothing",
  prove: () => Promise.resolve().then(result),
});
const held = () => ({ held: true, sizes: {}, figures: {} });
const PROOFS = [proofOf("first", held), proofOf("second", held)];

Deno.test("prove: names, seed and size are read; without names all proofs are meant", () => {
  assertEquals(readWish([], PROOFS), { proofs: PROOFS, seed: 1, size: "full" });
  assertEquals(readWish(["--seed=7", "second", "--size=small"], PROOFS), {
    proofs: [PROOFS[1]],
    seed: 7,
    size: "small",
  });
});

Deno.test("prove: what is neither a proof nor an option is refused", () => {
  for (const arg of ["third", "--seed=x", "--size=large", "--seed", "-v"]) {
    assertEquals(
      readWish([arg], PROOFS),
      `"${arg}" is no proof and no option: first, second, --seed=N, --size=small|full.`,
    );
  }
});

Deno.test("prove: a proof that throws has not held, and the record says why", async () => {
  const proof = proofOf("broken", () => {
    throw new Error("the tool broke");
  });
  const record = await runProof(proof, {
    seed: 3,
    size: "small",
    progress() {},
  });
  assertEquals([record.held, record.seed, record.size], [false, 3, "small"]);
  assertStringIncludes(String(record.figures.error), "the tool broke");
});
