/** Attackers, in a thread of their own: what they do must not delay those who measure. */
import { type AttackName, ATTACKS } from "./attacks.ts";

/** What a worker of this module is told: to begin, or to stop. */
export type AttackOrder =
  | { name: AttackName; url: string; tokens: string[]; mib: number }
  | "stop";

/** A thread with attackers at work, one per token. `stop()` resolves when all of them have gone. */
export function startAttackers(
  order: Exclude<AttackOrder, "stop">,
): { stop(): Promise<void> } {
  const worker = new Worker(import.meta.url, { type: "module" });
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  worker.onmessage = () => resolve();
  worker.postMessage(order satisfies AttackOrder);
  return {
    async stop() {
      worker.postMessage("stop" satisfies AttackOrder);
      await gone;
      worker.terminate();
    },
  };
}

/** In the worker. */
function attack(scope: {
  onmessage: ((event: MessageEvent<AttackOrder>) => void) | null;
  postMessage(message: string): void;
}): void {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  scope.onmessage = async ({ data: order }) => {
    if (order === "stop") return resolve();
    const { name, tokens, ...target } = order;
    let isOver = false;
    until.then(() => isOver = true);
    await Promise.all(tokens.map(async (token) => {
      do await ATTACKS[name]({ ...target, token, until }); while (
        name === "flood" && !isOver
      );
    }));
    scope.postMessage("gone");
  };
}

if (!("document" in globalThis) && "postMessage" in globalThis) {
  // deno-lint-ignore no-explicit-any
  attack(globalThis as any);
}
