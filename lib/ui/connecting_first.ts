/**
 * Holds the rest of the page back, for a moment, while its first script connects. To run its modules and to draw the call keeps the browser's
 * main thread busy for as long as the answer takes to come; meanwhile people see that they are joining. `islands/Call.tsx` imports it first.
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
