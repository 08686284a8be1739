import { seededRandom } from "../fakes/random.ts";
import type { ProofOptions, ProofResult } from "../proof.ts";
import { collectGarbage } from "./collector.ts";
import { FuzzWorld } from "./fuzz_world.ts";
import { isFlat } from "./level.ts";

/** Frames that reach the parser. */
const FRAMES = { small: 20_000, full: 1_000_000 };

/** Parts in which the frames come; memory is looked at after each. */
const PARTS = 20;
const MIB = 1_048_576;

/** Instances in this process, with sockets that look at all they are given. */
export async function fuzzInstances(
  { seed, size, progress }: ProofOptions,
): Promise<ProofResult> {
  const escaped: string[] = [];
  const note = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    escaped.push(String("reason" in event ? event.reason : event.error));
  };
  addEventListener("error", note);
  addEventListener("unhandledrejection", note);
  try {
    await using world = await FuzzWorld.start(seededRandom(seed));
    const heapMiB: number[] = [];
    for (let part = 1; part <= PARTS; part++) {
      if (part === PARTS) world.startMoving();
      await world.run(FRAMES[size] / PARTS);
      await world.rest();
      await collectGarbage();
      const { heapUsed } = Deno.memoryUsage();
      heapMiB.push(Math.round(heapUsed / MIB * 100) / 100);
      progress(`${world.read} frames, heap ${heapMiB.at(-1)} MiB`);
    }
    const { wrong, defects, connections } = world;
    const isLevel = size === "small" || isFlat(heapMiB);
    return {
      held: isLevel && wrong.length + defects.length + escaped.length === 0,
      sizes: { framesRead: world.read, connections },
      figures: {
        frames: await world.counts(),
        uncaught: escaped.length,
        leaks: wrong.length,
        defectsLogged: defects.length,
        examples: [...escaped, ...wrong, ...defects].slice(0, 5),
        heapMiB,
      },
    };
  } finally {
    removeEventListener("error", note);
    removeEventListener("unhandledrejection", note);
  }
}
