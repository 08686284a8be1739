/**
 * Holds the call back, for a moment, while the page's first script connects: to take it up and to draw it keeps the browser's main thread busy
 * for as long as the answer takes to come. Meanwhile people see that they are joining. Both islands of a room's page import it first, for they
 * are one bundle: so next to nothing of it runs before.
 */
import { earlyEntry } from "@/lib/ui/early_entry.ts";

/** Where the other end is so far away that it takes longer, there is time to wait anyway. */
const AT_MOST_MS = 100;

const settled = earlyEntry()?.connection.settled;
if (settled !== undefined) {
  await Promise.race([
    settled,
    new Promise((resolve) => setTimeout(resolve, AT_MOST_MS)),
  ]);
}
