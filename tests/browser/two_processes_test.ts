/** Two people on two server processes; with its figures by `deno task prove two-processes`. */
import { assert } from "@std/assert";
import { clusterTest } from "../cluster/cluster_test_case.ts";
import { MAX_GAP_MS } from "./in_call.ts";
import { CALLEES, callOverTwoProcesses } from "./two_processes_proof.ts";

for (const browser of CALLEES) {
  clusterTest(
    `Chromium and ${browser}, each on another process, stay in touch when one process is killed and one page reloaded, at once`,
    async () => {
      const { gaps } = await callOverTwoProcesses(browser);
      assert(gaps.at(-1)! <= MAX_GAP_MS, `gaps of ${gaps} ms`);
    },
  );
}
