/** Restarts that leave Firefox deaf, a few; more of them with `deno task prove deaf`. */
import { assert } from "@std/assert";
import { DEAF } from "./deaf_proof.ts";

Deno.test(DEAF.proves, async () => {
  const { held, figures } = await DEAF.prove({
    seed: 1,
    size: "small",
    progress() {},
  });
  assert(held, JSON.stringify(figures));
});
