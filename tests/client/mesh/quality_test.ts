import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type Impairments, rFactor } from "@/lib/client/mesh/quality.ts";

const NOTHING: Impairments = {
  roundTripMs: null,
  jitterMs: null,
  bufferMs: null,
  lossPercent: null,
  concealedPercent: null,
};

const r = (heard: Partial<Impairments>) => rFactor({ ...NOTHING, ...heard });

Deno.test("rFactor: values worked out by hand from the published formula", () => {
  const table: [Partial<Impairments>, number][] = [
    // 94.2 − 0.024 × 26.5
    [{}, 93.56],
    // d = 50 + 40 + 26.5 = 116.5: 94.2 − 2.796
    [{ roundTripMs: 100, bufferMs: 40 }, 91.4],
    // d = 200 + 100 + 26.5 = 326.5: 94.2 − 7.836 − 0.11 × 149.2
    [{ roundTripMs: 400, bufferMs: 100 }, 69.95],
    // 95 × 1 / (1 + 20)
    [{ lossPercent: 1 }, 89.04],
    // 95 × 5 / (5 + 20)
    [{ lossPercent: 5 }, 74.56],
    // 95 × 20 / (20 + 20)
    [{ lossPercent: 20 }, 46.06],
    // 95 × 5 / (5 + 10)
    [{ concealedPercent: 5 }, 61.9],
    // FEC brought all back: what was lost counts, as little as it does.
    [{ lossPercent: 5, concealedPercent: 0 }, 74.56],
    // A jitter buffer that does not tell is taken to hold twice the jitter.
    [{ jitterMs: 30 }, 92.12],
    [{ jitterMs: 30, bufferMs: 20 }, 92.12],
    [{ roundTripMs: 5_000 }, 0],
    [{ lossPercent: 100, concealedPercent: 100 }, 7.2],
    [{ lossPercent: 100, concealedPercent: 100, roundTripMs: 400 }, 0],
  ];
  for (const [heard, expected] of table) {
    assertAlmostEquals(r(heard), expected, 0.01, JSON.stringify(heard));
  }
});

Deno.test("rFactor: more of anything is never better, and is worse somewhere", () => {
  const ranges: [keyof Impairments, number][] = [
    ["roundTripMs", 2_000],
    ["jitterMs", 500],
    ["bufferMs", 1_000],
    ["lossPercent", 100],
    ["concealedPercent", 100],
  ];
  const mild = { roundTripMs: 60, lossPercent: 1, concealedPercent: 0.5 };
  for (const [name, most] of ranges) {
    for (const others of [NOTHING, { ...NOTHING, ...mild, jitterMs: 5 }]) {
      let before = Infinity;
      for (let step = 0; step <= 100; step++) {
        const score = rFactor({ ...others, [name]: most * step / 100 });
        assert(score <= before, `${name} ${step} %: ${score} after ${before}`);
        assert(score >= 0 && score <= 100);
        before = score;
      }
      assert(before < rFactor(others) - 10, `${name} hardly matters`);
    }
  }
});

Deno.test("rFactor: what is not known counts as none", () => {
  assertEquals(
    r({}),
    r({
      roundTripMs: 0,
      jitterMs: 0,
      bufferMs: 0,
      lossPercent: 0,
      concealedPercent: 0,
    }),
  );
});
