/**
 * All figures, one after the other. `deno task bench` builds first; each is a ratio against a baseline measured in the same run, and what can
 * be put into figures is kept in `bench/results/`.
 */
import { buildProduct } from "../tests/browser/build.ts";
import { benchColdCalls } from "./cold_calls.ts";
import { benchFirstSound } from "./first_sound.ts";
import { benchGroup } from "./group.ts";
import { benchIdleMembers } from "./idle_members.ts";
import { benchLatency } from "./latency.ts";
import { benchMuted } from "./muted.ts";
import { benchPageWeight } from "./page_weight.ts";
import { benchSignaling } from "./signaling.ts";

await buildProduct();
await benchPageWeight();
await benchSignaling();
await benchLatency();
await benchColdCalls();
await benchIdleMembers();
await benchFirstSound();
await benchGroup();
await benchMuted();
