/** Issue 4's proof 7, in part: two people never get the last seat, whichever processes they ask. */
import { createRoom } from "@/lib/client/api.ts";
import type { Proof } from "../proof.ts";
import { Cluster } from "./cluster.ts";

const SIZES = {
  small: { rounds: 1, joins: 30, seats: 3 },
  full: { rounds: 50, joins: 200, seats: 10 },
};

export const CAPACITY_RACE: Proof = {
  name: "cluster-capacity-race",
  proves: "of 200 who join at three processes at once exactly 10 get the seats",
  prove: async ({ size }) => {
    const { rounds, joins, seats } = SIZES[size];
    await using cluster = await Cluster.start();
    const answers: Record<string, number> = {};
    let wrongRounds = 0;
    for (let round = 0; round < rounds; round++) {
      const codes = await race(cluster, joins, seats);
      for (const code of codes) answers[code] = (answers[code] ?? 0) + 1;
      const seated = codes.filter((code) => code === "seated").length;
      if (seated !== seats) wrongRounds++;
    }
    const known = ["seated", "room-full"];
    return {
      held: wrongRounds === 0 &&
        Object.keys(answers).every((code) => known.includes(code)),
      sizes: { rounds, joins, seats },
      figures: { wrongRounds, answers },
    };
  },
};

/** How each of many joins at the same time was answered. */
async function race(
  { servers }: Cluster,
  joins: number,
  maxParticipants: number,
): Promise<string[]> {
  const origins = servers.map(({ directOrigin }) => directOrigin);
  const { roomId } = await createRoom(
    { maxParticipants },
    { baseUrl: origins[0] },
  );
  const join = async (n: number) => {
    const origin = origins[n % origins.length];
    const response = await fetch(`${origin}/api/rooms/${roomId}/join`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Ann" }),
    });
    const { code } = await response.json();
    return response.ok ? "seated" : code;
  };
  return await Promise.all(Array.from({ length: joins }, (_, n) => join(n)));
}
