/** The list of rooms on the home page, kept up to date while somebody looks at it. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { listRooms } from "@/lib/client/api.ts";
import { type Clock, SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import type { OccupiedRoom, RoomPage } from "@/lib/protocol/room.ts";

/** Rooms that come at first, and with every "more". */
export const ROOMS_AT_ONCE = 20;
/** The most that the server gives at once. */
const MAX_PAGE = 100;
/** How old the list may get, in milliseconds. */
const REFRESH_MS = 10_000;

/** What there is to show. Never changed; a new object stands for a new state. */
export interface RoomsView {
  /** Null: they have never come. */
  rooms: readonly OccupiedRoom[] | null;
  /** Whether there are more than these. */
  hasMore: boolean;
  loadingMore: boolean;
  /** Whether the last attempt to bring it up to date failed. It is tried on and on. */
  isStale: boolean;
}

interface ListedRoomsOptions {
  list?: typeof listRooms;
  clock?: Clock;
  /** Only while it is visible the list is refreshed. */
  document?: Pick<
    Document,
    "visibilityState" | "addEventListener" | "removeEventListener"
  >;
}

/** Asks for the listed rooms about every 10 s while the page is visible, and at once when it becomes so. */
export class ListedRooms {
  readonly #options: Required<ListedRoomsOptions>;
  readonly #view: Signal<RoomsView>;
  /** How many are wanted. */
  #count = ROOMS_AT_ONCE;
  /** Counts the requests, so that an answer that was overtaken is known. */
  #request = 0;
  #callOff = () => {};

  /** `first`: what came with the page. */
  constructor(first: RoomPage | null, options: ListedRoomsOptions = {}) {
    this.#options = {
      list: async (page) =>
        (await import("@/lib/ui/room_requests.ts")).listRooms(page),
      clock: SYSTEM_CLOCK,
      document: globalThis.document,
      ...options,
    };
    this.#view = signal({
      rooms: first?.rooms ?? null,
      hasMore: first?.cursor !== undefined,
      loadingMore: false,
      isStale: false,
    });
  }

  get view(): ReadonlySignal<RoomsView> {
    return this.#view;
  }

  /** Begins to refresh. */
  start(): void {
    this.#options.document.addEventListener("visibilitychange", this.#turned);
    if (this.#view.peek().rooms === null) void this.#refresh();
    else this.#schedule();
  }

  /** Shows more of them. */
  async more(): Promise<void> {
    this.#count += ROOMS_AT_ONCE;
    this.#know({ loadingMore: true });
    await this.#refresh();
  }

  /** Ends it. Nothing changes any more. */
  close(): void {
    this.#request++;
    this.#callOff();
    this.#options.document.removeEventListener(
      "visibilitychange",
      this.#turned,
    );
  }

  readonly #turned = () => {
    this.#callOff();
    if (this.#isVisible()) void this.#refresh();
  };

  #isVisible(): boolean {
    return this.#options.document.visibilityState === "visible";
  }

  #schedule(): void {
    this.#callOff();
    if (!this.#isVisible()) return;
    this.#callOff = this.#options.clock.after(
      REFRESH_MS,
      () => void this.#refresh(),
    );
  }

  async #refresh(): Promise<void> {
    this.#callOff();
    const request = ++this.#request;
    const news = await this.#load().catch(() => ({ isStale: true }));
    if (request !== this.#request) return;
    this.#know({ loadingMore: false, ...news });
    this.#schedule();
  }

  /** As many as are wanted, from as many pages as that takes. */
  async #load(): Promise<Partial<RoomsView>> {
    const rooms: OccupiedRoom[] = [];
    let cursor: string | undefined;
    do {
      const limit = Math.min(MAX_PAGE, this.#count - rooms.length);
      const page = await this.#options.list({ limit, cursor });
      rooms.push(...page.rooms);
      cursor = page.cursor;
    } while (cursor !== undefined && rooms.length < this.#count);
    return { rooms, hasMore: cursor !== undefined, isStale: false };
  }

  #know(news: Partial<RoomsView>): void {
    this.#view.value = { ...this.#view.peek(), ...news };
  }
}
