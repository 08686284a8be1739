import { ownBytes } from "../../bench/process.ts";
import { Product } from "../browser/server.ts";
import type { Proof, Size } from "../proof.ts";
import { startAttackers } from "./attackers.ts";
import type { AttackName } from "./attacks.ts";
import { type Noticed, type Seat, startCallers } from "./callers.ts";

/**
 * What is said of memory that nothing of ours bounds: Deno puts a message together before anybody can look at it, however long it is
 * (docs/architecture.md, "what remains"). `LIMIT_MEMORY_MIB` keeps out further sockets only. It is measured, and not called held.
 */
const UNBOUNDED = "documented, unbounded by us";

/** In MiB. */
type Bound = number | typeof UNBOUNDED;

/** An attack, and how much of it. */
interface Scene {
  attack: AttackName;
  /** Whether the attackers are members of a room; otherwise their tokens are bad. */
  seated: boolean;
  attackers: number;
  mib: number;
  /** MiB of memory that an attacker may take while it attacks, and that may be left of it then: as much, unless it is said. */
  peakMib: Bound;
  leftMib?: Bound;
}

const SCENES: readonly Scene[] = [
  {
    attack: "flood",
    seated: true,
    attackers: 20,
    mib: 0,
    peakMib: 5,
  },
  {
    attack: "one huge frame",
    seated: true,
    attackers: 3,
    mib: 63,
    peakMib: 200,
  },
  {
    attack: "one huge frame",
    seated: false,
    attackers: 3,
    mib: 63,
    peakMib: 140,
  },
  {
    attack: "a message without end",
    seated: true,
    attackers: 3,
    mib: 100,
    peakMib: UNBOUNDED,
    leftMib: 10,
  },
  {
    attack: "a message without end",
    seated: false,
    attackers: 3,
    mib: 100,
    peakMib: UNBOUNDED,
    leftMib: 10,
  },
  {
    attack: "a message without end, with pongs",
    seated: true,
    attackers: 3,
    mib: 100,
    peakMib: UNBOUNDED,
  },
  {
    attack: "a reader that stops",
    seated: true,
    attackers: 20,
    mib: 0,
    peakMib: 8,
  },
  {
    attack: "no answer to a close",
    seated: false,
    attackers: 100,
    mib: 0,
    peakMib: 1,
  },
];

const MIB = 1_048_576;
const P99_MS = 100;
const PAIRS = 5;
/** How long an attack lasts: at full size longer than Deno's and our patience with who does not answer. */
const SECONDS: Record<Size, number> = { small: 3, full: 20 };

/** One machine plays everyone; the limits on frames are as they are by default. */
const ENV = Object.fromEntries(
  "REQUESTS ROOMS JOINS FAILED_JOINS".split(" ")
    .map((name) => [`LIMIT_${name}_PER_MINUTE`, "1000000"]),
);

/** What attackers cost the others, and the server's memory. */
export const ABUSE: Proof = {
  name: "abuse",
  proves:
    `while others attack signals take ${P99_MS} ms at most (p99), and an attacker's memory is bounded but where a message never ends`,
  async prove({ size, progress }) {
    const figures: Record<string, object> = {};
    const isUnbounded = ({ peakMib }: Scene) => peakMib === UNBOUNDED;
    let held = true;
    for (const scene of SCENES) {
      const { noticed, ...memory } = await play(scene, SECONDS[size]);
      const { peakMib, leftMib = peakMib } = scene;
      const peak = judged(memory.peakMibEach, peakMib);
      const left = judged(memory.leftMibEach, leftMib);
      const isQuick = noticed.lost === 0 && noticed.p99Ms <= P99_MS;
      const isBounded = peak !== "over" && left !== "over";
      held &&= isQuick && (isBounded || size === "small");
      const name = `${scene.attack}, ${scene.seated ? "seated" : "bad token"}`;
      figures[name] = { ...noticed, ...memory, peak, left };
      progress(`${name}: ${JSON.stringify(figures[name])}`);
    }
    return {
      held,
      sizes: {
        scenes: SCENES.length,
        memoryUnbounded: SCENES.filter(isUnbounded).length,
      },
      figures,
    };
  },
};

/** What is to be said of so many MiB. */
function judged(
  mib: number,
  bound: Bound,
): "within" | "over" | typeof UNBOUNDED {
  if (bound === UNBOUNDED) return bound;
  return mib <= bound ? "within" : "over";
}

/** Plays one attack on a server of its own, and says what the others noticed and what it cost. */
export async function play(
  { attack: name, seated, attackers, mib }: Omit<Scene, "peakMib" | "leftMib">,
  seconds: number,
): Promise<
  { noticed: Noticed; peakMibEach: number; leftMibEach: number }
> {
  await using product = await Product.start({ env: ENV });
  const { origin } = product;
  const pid = product.pid!;
  const url = `${origin.replace("http", "ws")}/ws`;
  const pairs: [Seat, Seat][] = [];
  while (pairs.length < PAIRS) {
    const [one, other] = await seats(origin, 2);
    pairs.push([one, other]);
  }
  const tokens = seated
    ? (await seats(origin, attackers)).map(({ token }) => token)
    : Array.from({ length: attackers }, () => "a.b.c");
  const callers = await startCallers(url, pairs);
  await pause(1);
  const before = await ownBytes(pid);
  let peak = before;
  const attack = startAttackers({ name, url, tokens, mib });
  for (let left = seconds * 5; left > 0; left--) {
    await pause(0.2);
    peak = Math.max(peak, await ownBytes(pid));
  }
  const after = await ownBytes(pid);
  const noticed = await callers.stop();
  await attack.stop();
  if (product.pid !== pid) throw new Error("the server ended");
  const each = (bytes: number) =>
    Math.round((bytes - before) / MIB / attackers * 10) / 10;
  return { noticed, peakMibEach: each(peak), leftMibEach: each(after) };
}

/** Members of one room. */
async function seats(origin: string, count: number): Promise<Seat[]> {
  const { roomId } = await post(`${origin}/api/rooms`, {
    maxParticipants: Math.max(2, count),
  });
  const join = () =>
    post(`${origin}/api/rooms/${roomId}/join`, { name: "Somebody" });
  return await Promise.all(Array.from({ length: count }, join));
}

async function post(
  url: string,
  body: object,
): Promise<Seat & { roomId: string }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return await response.json();
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}
