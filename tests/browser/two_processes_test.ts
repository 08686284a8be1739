/** Two people on two server processes; with its figures by `deno task prove two-processes`. */
import { assert } from "@std/assert";
import { clusterTest } from "../cluster/cluster_test_case.ts";
import {
  CALLEES,
  callOverTwoProcesses,
  isQuick,
} from "./two_processes_proof.ts";

for (const browser of CALLEES) {
  clusterTest(
    `Chromium and ${browser}, each on another process, stay in touch when one process is killed and one page reloaded, at once`,
    async () => {
      const figures = await callOverTwoProcesses(browser);
      assert(isQuick(figures), JSON.stringify(figures));
    },
  );
}
