import { hasDenoKv } from "./denokv.ts";

if (!hasDenoKv) {
  console.log(
    "The cluster is left out: denokv not installed (cargo install denokv --locked).",
  );
}

/** A test that needs the real database server. */
export function clusterTest(what: string, fn: () => Promise<void>): void {
  Deno.test({
    name: `cluster: ${what}` + (hasDenoKv ? "" : " (left out: no denokv)"),
    ignore: !hasDenoKv,
    fn,
  });
}
