/** Issue 4's proof 3, last part: writes whose reply is lost, and which Deno's client repeats by itself, have their effect once. */
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { check } from "@/lib/protocol/parse.ts";
import { CreateRoom } from "@/lib/protocol/room.ts";
import { Members } from "@/lib/server/members.ts";
import { randomId } from "@/lib/server/random_id.ts";
import { Rooms } from "@/lib/server/rooms.ts";
import { Store } from "@/lib/server/store.ts";
import { seededRandom } from "../fakes/random.ts";
import type { Proof } from "../proof.ts";
import { secret } from "./cluster.ts";
import { DenoKv } from "./denokv.ts";
import { KvProxy } from "./kv_proxy.ts";

const SIZES = {
  small: { writes: 400, share: 0.05 },
  full: { writes: 100_000, share: 0.01 },
};
const SEATS = 10;
/** Rooms that are worked on at a time. */
const AT_ONCE = 8;

export const LOST_REPLIES: Proof = {
  name: "cluster-lost-replies",
  proves: "a write whose reply is lost has its effect once",
  prove: async ({ seed, size, progress }) => {
    const { writes, share } = SIZES[size];
    await using ledger = await Ledger.start(seededRandom(seed));
    ledger.lostShare = share;
    const work = async () => {
      while (ledger.writes < writes) await ledger.room();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    progress(`${ledger.writes} writes, ${ledger.lost} replies lost`);
    return {
      held: ledger.lost > 0 &&
        Object.values(ledger.wrong).every((n) => n === 0),
      sizes: { writes: ledger.writes, lostReplies: ledger.lost },
      figures: ledger.wrong,
    };
  },
};

/** Two instances' stores on one database, and what has gone wrong with their writes. */
class Ledger implements AsyncDisposable {
  readonly wrong = {
    /** A fresh slug that was taken. */
    falseTaken: 0,
    /** A room with a free seat that was full. */
    falseFull: 0,
    /** More seats given than there are, or fewer. */
    wrongSeats: 0,
    /** A connection that counted twice. */
    doubleEntries: 0,
    /** A seat that is still there after its end. */
    seatsLeft: 0,
  };
  writes = 0;
  readonly #proxy: KvProxy;
  readonly #houses: readonly { rooms: Rooms; members: Members }[];
  readonly #parts: AsyncDisposableStack;

  private constructor(
    proxy: KvProxy,
    stores: readonly Store[],
    parts: AsyncDisposableStack,
  ) {
    this.#proxy = proxy;
    this.#houses = stores.map((store) => ({
      rooms: new Rooms(store, SYSTEM_CLOCK),
      members: new Members(store, SYSTEM_CLOCK, randomId(), randomId),
    }));
    this.#parts = parts;
  }

  static async start(random: () => number): Promise<Ledger> {
    await using parts = new AsyncDisposableStack();
    const accessToken = secret();
    const database = parts.use(await DenoKv.start(accessToken));
    const proxy = parts.use(new KvProxy(database.url, random));
    Deno.env.set("DENO_KV_ACCESS_TOKEN", accessToken);
    parts.defer(() => Deno.env.delete("DENO_KV_ACCESS_TOKEN"));
    const stores = [1, 2].map(() =>
      new Store(() => Deno.openKv(proxy.url), SYSTEM_CLOCK, { remote: true })
    );
    for (const store of stores) parts.defer(() => store.close());
    return new Ledger(proxy, stores, parts.move());
  }

  /** The share of writes whose reply is lost from now on. */
  set lostShare(share: number) {
    this.#proxy.lostReplies = share;
  }

  /** How many replies were lost. */
  get lost(): number {
    return this.#proxy.lost;
  }

  /** Makes a room, fills it, connects everyone and ends every seat, with both instances at it at the same time. */
  async room(): Promise<void> {
    const { rooms, members } = this.#houses[0];
    const wish = check(CreateRoom, {
      slug: randomId().toLowerCase().replace(/[^a-z0-9]/g, "x"),
      listed: true,
      maxParticipants: SEATS,
    });
    const room = await this.#write(() => rooms.create(wish));
    if (typeof room === "string") return void this.wrong.falseTaken++;
    const { roomId } = room;
    const seats = await this.#each((at) =>
      this.#write(() =>
        at.members.seat(roomId, { name: "Ann", role: "speaker" })
      )
    );
    const ids = seats.flatMap((seat) => {
      if (typeof seat !== "string") return [seat.value.memberId];
      this.wrong.falseFull++;
      return [];
    });
    const listed = await members.list(roomId);
    if (listed.length !== SEATS) this.wrong.wrongSeats++;
    await this.#each(async (at, n) => {
      const seat = { memberId: ids[n], name: "Ann", role: "speaker" } as const;
      const entered = await this.#write(() =>
        at.members.enter(roomId, seat, undefined)
      );
      const { entry } = entered as Exclude<typeof entered, string>;
      if (entry.value.generation !== 1) this.wrong.doubleEntries++;
    });
    await this.#each((at, n) =>
      this.#write(() => at.members.remove(roomId, ids[n], "left"))
    );
    this.wrong.seatsLeft += (await members.list(roomId)).length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }

  /** Does something for every seat at the same time, at the one instance and the other in turn. */
  #each<T>(
    work: (at: { rooms: Rooms; members: Members }, n: number) => Promise<T>,
  ): Promise<T[]> {
    const seats = Array.from({ length: SEATS }, (_, n) => n);
    return Promise.all(seats.map((n) => work(this.#houses[n % 2], n)));
  }

  /** Counts a write; what it is refused with comes back as a code. */
  async #write<T>(write: () => Promise<T>): Promise<T | ProtocolError["code"]> {
    this.writes++;
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (error.code === "unavailable") throw error;
      return error.code;
    }
  }
}
