/**
 * Signaling set-ups per second of the server's processor time, with 1,000 connections.
 *
 * Ours does all that it does: rooms and tokens, checked messages, stamps, numbered and acknowledged signals. It is compared with the least
 * that a relay on Deno can do, and with what others build on. All of them have more to do than they can: who is left waiting now and then
 * pays for every waking, and who never is reads many messages at once.
 */
import { report } from "./figure.ts";
import { saturate, type Saturated, warning } from "./load.ts";
import { median } from "./process.ts";
import { BARE, NODE_WS, type Relay, RINGDOWN, SOCKET_IO } from "./relay.ts";

const PAIRS = 500;
const ROUNDS = 5;
const RATIO = 0.7;

/** Measures, and prints one line. Wants the product built. */
export async function benchSignaling(): Promise<void> {
  const relays = [BARE, RINGDOWN, SOCKET_IO, NODE_WS];
  const runs = new Map<Relay, Saturated[]>(relays.map((relay) => [relay, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const relay of relays) {
      runs.get(relay)!.push(await saturate(relay, PAIRS));
    }
  }
  const all = (relay: Relay, of: keyof Saturated) =>
    runs.get(relay)!.map((run) => run[of]);
  const rate = (relay: Relay) => median(all(relay, "rate"));
  const least = (relay: Relay) => Math.min(...all(relay, "rate"));
  const most = (relay: Relay) => Math.max(...all(relay, "rate"));
  const busy = new Map(
    relays.map((relay) => [relay, median(all(relay, "busy"))]),
  );
  const ratio = rate(RINGDOWN) / rate(BARE);
  const list = relays.map((relay) =>
    `${relay.name} ${rate(relay).toFixed(0)} (${least(relay).toFixed(0)} to ${
      most(relay).toFixed(0)
    }; ${busy.get(relay)!.toFixed(2)} busy)`
  );
  await report({
    name: "signaling",
    says: `set-ups per CPU second, medians of ${ROUNDS}: ${
      list.join(", ")
    }; ratio to the bare relay ${ratio.toFixed(2)}${warning(busy)}`,
    target: {
      what: `at least ${RATIO}, and ahead of Socket.IO`,
      held: ratio >= RATIO && rate(RINGDOWN) > rate(SOCKET_IO),
    },
    figures: {
      ratio,
      ...Object.fromEntries(relays.flatMap((relay) => [
        [relay.name, rate(relay)],
        [`${relay.name}, least`, least(relay)],
        [`${relay.name}, most`, most(relay)],
        [`${relay.name}, busy`, busy.get(relay)!],
      ])),
    },
  });
}

if (import.meta.main) await benchSignaling();
