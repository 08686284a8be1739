/** The index of listed rooms, and its pages. */
import type { RoomRecord } from "./rooms.ts";

/** What the index holds of each room. */
export type ListedRecord = Pick<
  RoomRecord,
  "roomId" | "createdAt" | "expiresAt"
>;

/** A room's record in the index. */
export function listedRecord(
  { roomId, createdAt, expiresAt }: RoomRecord,
): ListedRecord {
  return { roomId, createdAt, ...expiresAt !== undefined && { expiresAt } };
}

/**
 * Up to `limit` records from `cursor` on, newest first, and the cursor of the next page if there is one. A cursor names the last record that
 * was given: rooms that come and go between two pages neither double nor hide others. One that is none begins at the start.
 */
export function pageOf(
  index: readonly ListedRecord[],
  options: { limit: number; cursor?: string },
): { page: ListedRecord[]; cursor?: string } {
  const after = readCursor(options.cursor);
  const rest = index.toSorted(newestFirst)
    .filter((listed) => !after || newestFirst(listed, after) > 0);
  const page = rest.slice(0, options.limit);
  const last = page.at(-1);
  if (!last || rest.length === page.length) return { page };
  return { page, cursor: `${last.createdAt}.${last.roomId}` };
}

function newestFirst(a: ListedRecord, b: ListedRecord): number {
  return b.createdAt - a.createdAt ||
    Number(a.roomId > b.roomId) - Number(a.roomId < b.roomId);
}

function readCursor(cursor: string | undefined): ListedRecord | undefined {
  const parts = /^(\d{1,16})\.([\w-]{16})$/.exec(cursor ?? "");
  return parts ? { createdAt: Number(parts[1]), roomId: parts[2] } : undefined;
}
