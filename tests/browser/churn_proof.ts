/** People come and go for minutes: no two who are there stay apart, and who has left keeps nothing open. */
import { assertEquals } from "@std/assert";
import type { Proof, ProofOptions, ProofResult } from "../proof.ts";
import { seeded, Visitor } from "./churn.ts";
import { GroupBrowser, hearsJust, someone } from "./group.ts";
import { openThings } from "./ledger.ts";
import { Product } from "./server.ts";
import { type Tab, until } from "./tab.ts";
import { makeRoom } from "./visitors.ts";

const PEOPLE = 6;
const MINUTES = { small: 1, full: 3 };
/** Quiet is made, and everyone asked, so often. */
const CHECK_EVERY_MS = 30_000;
/** A closed tab keeps its seat for so long: none is closed late, so that the last check need not wait for it. */
const SEAT_MS = 45_000;

/** A machine that has too much to do gives up pictures first, as it should. */
const PAUSED = /paused, to keep the sound$/;

/** How a page's connections are, and what its tiles say of them. */
interface Paths {
  connected: number;
  open: number;
  notes: string[];
}

/** Needs `hookPeers`. */
function paths(tab: Tab): Promise<Paths> {
  return tab.evaluate(() => {
    const { all } = (globalThis as unknown as {
      ringdownPeers: { all: RTCPeerConnection[] };
    }).ringdownPeers;
    const count = (is: (state: RTCPeerConnectionState) => boolean) =>
      all.filter(({ connectionState }) => is(connectionState)).length;
    return {
      connected: count((state) => state === "connected"),
      open: count((state) => state !== "closed"),
      notes: [...document.querySelectorAll(".tile .note")]
        .map((note) => note.textContent!),
    };
  });
}

/** Waits until all who are in the call are connected with each other, and hear just those who are not muted. `all`: nobody else is on the page, not even as away. */
async function everyoneInTouch(
  visitors: readonly Visitor[],
  all = false,
): Promise<void> {
  const present = visitors.filter(({ isIn }) => isIn);
  await Promise.all(present.map(async (visitor) => {
    const tab = visitor.tab!;
    const { name } = visitor.who;
    const others = present.filter((other) => other !== visitor);
    let last: Paths | undefined;
    await until(async () => {
      last = await paths(tab);
      const { connected, open } = last;
      const notes = last.notes.filter((note) => !PAUSED.test(note));
      // Who closed their tab is seen as away, and tried for, until the seat is given up.
      return connected === others.length &&
        notes.every((note) => note === "Away" || note === "Reconnecting…") &&
        (!all || open === connected && notes.length === 0);
    }, { what: "everyone connected", timeoutMs: 60_000 }).catch((error) => {
      const { connected, open, notes } = last ?? {};
      throw new Error(
        `${name} has ${connected} of ${others.length} connections (${open} open; ${notes}): ${error.message}`,
      );
    });
    const heard = others.filter(({ isHeard }) => isHeard);
    await hearsJust(tab, heard.map(({ who }) => who)).catch((error) => {
      throw new Error(`${name}: ${error.message}`);
    });
  }));
}

/** What the client of upstream's Fresh listens to as long as the page lives, for its partials; our stand-in's does not. */
const OF_UPSTREAM = [
  "document listens to click",
  "document listens to submit",
  "window listens to popstate",
];

async function churn(
  { seed, size, progress }: ProofOptions,
): Promise<ProofResult> {
  await using product = await Product.start({
    env: { LIMIT_JOINS_PER_MINUTE: "1000" },
  });
  await using browser = new GroupBrowser();
  const room = await makeRoom(product.origin, { maxParticipants: 20 });
  const visitors = Array.from(
    { length: PEOPLE },
    (_, n) => new Visitor(someone(n), browser, room.page),
  );
  const random = seeded(seed);
  const done: string[] = [];
  const lasts = MINUTES[size] * 60_000;
  const began = performance.now();
  let checked = began;
  try {
    while (performance.now() - began < lasts) {
      const visitor = visitors[Math.floor(random() * PEOPLE)];
      const mayClose = performance.now() - began < lasts - SEAT_MS;
      const act = await visitor.act(random, mayClose);
      done.push(`${visitor.who.name} ${act}`);
      if (performance.now() - checked > CHECK_EVERY_MS) {
        await everyoneInTouch(visitors);
        progress(`${done.length} acts: everyone in touch`);
        checked = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, random() * 800));
    }
    for (const visitor of visitors) if (!visitor.isIn) await visitor.enter();
    await everyoneInTouch(visitors, true);
  } catch (error) {
    const last = done.slice(-30).join(", ");
    throw new Error(`${error}, after ${last}`, { cause: error });
  }

  for (const visitor of visitors) await visitor.leave();
  const { builtWith } = await (await fetch(`${product.origin}/readyz`)).json();
  const isUpstream = builtWith.fresh === "upstream";
  const lasting = isUpstream ? [...OF_UPSTREAM] : [];
  for (const { who, tab } of visitors) {
    let left: string[] = [];
    await until(
      async () => `${left = await openThings(tab!)}` === `${lasting}`,
      { what: "nothing open" },
    ).catch(() =>
      assertEquals(left, lasting, `${who.name} left something open`)
    );
    assertEquals(tab!.problems, []);
  }
  const sizes = { people: PEOPLE, minutes: MINUTES[size], acts: done.length };
  return { held: true, sizes, figures: { stuckPairs: 0, leftOpen: 0 } };
}

export const CHURN: Proof = {
  name: "churn",
  proves:
    `${PEOPLE} people in real browsers come and go: no pair is stuck, and nothing is left open`,
  prove: churn,
};
