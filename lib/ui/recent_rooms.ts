/** The rooms that somebody was in with this browser lately, so that they find back without the link. */
import { read, write } from "@/lib/ui/storage.ts";

export interface RecentRoom {
  /** Its id or slug, as in the page's address. */
  address: string;
  name: string;
  /** Milliseconds since 1970; null: it does not end by itself. */
  expiresAt: number | null;
}

const KEY = "ringdown.rooms";
const MAX_ROOMS = 5;

/** Those that have not ended by themselves, the latest first. */
export function recentRooms(now = Date.now()): RecentRoom[] {
  return kept().filter(({ expiresAt }) =>
    expiresAt === null || expiresAt > now
  );
}

/** Puts a room in front. */
export function rememberRoom(room: RecentRoom): void {
  keep([room, ...without(room.address)].slice(0, MAX_ROOMS));
}

/** For a room that is no more. */
export function forgetRoom(address: string): void {
  keep(without(address));
}

/** For who shares a browser with others. */
export function forgetRooms(): void {
  write("localStorage", KEY, null);
}

function keep(rooms: readonly RecentRoom[]): void {
  write("localStorage", KEY, JSON.stringify(rooms));
}

function without(address: string): RecentRoom[] {
  return kept().filter((room) => room.address !== address);
}

function kept(): RecentRoom[] {
  try {
    const value: unknown = JSON.parse(read("localStorage", KEY) ?? "[]");
    return Array.isArray(value) ? value.filter(isRoom) : [];
  } catch {
    return [];
  }
}

function isRoom(value: Partial<RecentRoom> | null): value is RecentRoom {
  return typeof value?.address === "string" &&
    /^[A-Za-z0-9_-]{1,64}$/.test(value.address) &&
    typeof value.name === "string" &&
    (value.expiresAt === null || typeof value.expiresAt === "number");
}
