/** All figures, one after the other. `deno task bench` builds first; each is a ratio against a baseline measured in the same run. */
import { buildProduct } from "../tests/browser/build.ts";
import { benchFirstSound } from "./first_sound.ts";
import { benchPageWeight } from "./page_weight.ts";
import { benchSignaling } from "./signaling.ts";

await buildProduct();
await benchPageWeight();
await benchSignaling();
await benchFirstSound();
