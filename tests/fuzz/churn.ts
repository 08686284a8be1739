/** Connections that come and go, over real sockets, and what became of each. */
import { WebSocket } from "ws";
import { between } from "../fakes/random.ts";

/** How connections end, and what must have come of each until then. */
const ENDINGS = {
  "close": "welcome",
  "terminate": "welcome",
  "close early": "opened",
  "bad token": "token-invalid",
  "version": "version-unsupported",
} as const;

type Ending = keyof typeof ENDINGS;

/** A member whose connections overtake each other is told to come again: so often at most. */
const MAX_TRIES = 20;

/** What came of connections, counted by how they end: `welcome`, `opened`, the reason of a `bye`, `HTTP 429` or `failed`. */
export type Outcomes = Record<Ending, Record<string, number>>;

/** Connects and closes so many times, `lanes` at a time, each as one of the members whose tokens are given. */
export async function churn(
  url: string,
  tokens: readonly string[],
  random: () => number,
  cycles: number,
  lanes = 20,
): Promise<Outcomes> {
  const endings = Object.keys(ENDINGS) as Ending[];
  const outcomes = Object.fromEntries(
    endings.map((ending) => [ending, {}]),
  ) as Outcomes;
  let left = cycles;
  const lane = async () => {
    while (left-- > 0) {
      const token = tokens[between(random, 0, tokens.length - 1)];
      const ending = endings[between(random, 0, endings.length - 1)];
      const outcome = await cycle(url, token, ending);
      const counts = outcomes[ending];
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
}

/** How many connections became something else than they had to: who can be seated must have been welcomed. */
export function strayed(outcomes: Outcomes): number {
  let count = 0;
  for (const [ending, counts] of Object.entries(outcomes)) {
    for (const [outcome, times] of Object.entries(counts)) {
      if (outcome !== ENDINGS[ending as Ending]) count += times;
    }
  }
  return count;
}

/** A member's way in and out: it comes again where the server says that it may at once. */
async function cycle(
  url: string,
  token: string,
  ending: Ending,
): Promise<string> {
  let outcome = "";
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    outcome = await connection(url, token, ending);
    if (outcome !== "moving") break;
  }
  return outcome;
}

/** One connection from its beginning to its end. Never rejects. */
function connection(
  url: string,
  token: string,
  ending: Ending,
): Promise<string> {
  return new Promise((resolve) => {
    let outcome = "failed";
    const socket = new WebSocket(url, [
      ending === "version" ? "ringdown.v9" : "ringdown.v1",
      `token.${ending === "bad token" ? "a.b.c" : token}`,
    ], { perMessageDeflate: false });
    socket.on("close", () => resolve(outcome));
    socket.on("error", () => {});
    const refused = (_: unknown, response: { statusCode: number }) => {
      outcome = `HTTP ${response.statusCode}`;
      socket.terminate();
    };
    socket.on("unexpected-response", refused);
    if (ending === "close early") {
      socket.on("open", () => {
        outcome = "opened";
        socket.close();
      });
      return;
    }
    socket.once("message", (text: { toString(): string }) => {
      const { type, reason = type } = JSON.parse(text.toString());
      outcome = reason;
      if (ending === "terminate") socket.terminate();
      else socket.close();
    });
  });
}
