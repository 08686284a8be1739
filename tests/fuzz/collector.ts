/** The collector of garbage, at work when it is asked. */
import { collector } from "@/lib/server/leftovers.ts";

/** What has died is told to those who look after it, and dies then; so it takes more than one round. */
const ROUNDS = 3;

/** Has all garbage of this isolate collected, and nothing kept in reserve: as V8 does when memory runs out. */
export async function collectGarbage(): Promise<void> {
  const collect = collector();
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
