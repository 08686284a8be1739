/** Issue 4's proof 7, in part: a new JWT secret, brought in as docs/deploy.md says, drops nobody at any time. */
import { seededRandom } from "../fakes/random.ts";
import type { Proof } from "../proof.ts";
import { Cluster, secret } from "./cluster.ts";
import type { ClusterServer } from "./cluster_server.ts";
import { Fleet, isFlawless } from "./fleet.ts";
import type { Place } from "./member.ts";

const SIZES = {
  small: { processes: 2, rooms: 2, perSecond: 40 },
  full: { processes: 3, rooms: 30, perSecond: 300 },
};

export const SECRET_ROTATION: Proof = {
  name: "cluster-secret-rotation",
  proves: "a JWT secret that is changed in the middle of calls drops nobody",
  prove: async ({ seed, size, progress }) => {
    const { processes, rooms, perSecond } = SIZES[size];
    const random = seededRandom(seed);
    await using cluster = await Cluster.start({ processes });
    await using fleet = new Fleet(random);
    const { servers } = cluster;
    const at = (n: number) => servers[n % servers.length].origin;
    const anywhere = () => at(Math.floor(random() * servers.length));
    const apart = placesApart(servers);
    await fleet.settle(rooms, (n) => [at(n), at(n + 1)]);
    fleet.flow(perSecond);
    let moves = 0;
    for (const secrets of rounds(servers[0].env.JWT_SECRET, secret())) {
      for (const server of servers) {
        await server.drain();
        Object.assign(server.env, secrets);
        await server.start();
        // Tokens of every server are shown to every other: those that were just given, and those that were given long before.
        await fleet.settle(apart.length, (n) => apart[n]);
        moves += await fleet.move(anywhere);
        progress("one server restarted");
      }
    }
    await fleet.quiet();
    // Who is dropped stays so; who lost only its seat, and came in anew, is a broken pair.
    const dropped = fleet.members.filter(({ isConnected }) => !isConnected);
    const tally = fleet.tally();
    return {
      held: isFlawless(tally) && dropped.length === 0,
      sizes: { processes, members: fleet.members.length, moves },
      figures: { dropped: dropped.length, ...tally },
    };
  },
};

/** First every server learns to accept the coming secret, then each signs with it. */
function rounds(old: string, coming: string): Record<string, string>[] {
  return [
    { JWT_SECRET: old, JWT_SECRET_PREVIOUS: coming },
    { JWT_SECRET: coming, JWT_SECRET_PREVIOUS: old },
  ];
}

/** For every two servers a room of two: each joins at the one and connects at the other. */
function placesApart(servers: readonly ClusterServer[]): [Place, Place][] {
  return servers.flatMap(({ origin: one }, n) =>
    servers.slice(n + 1).map(({ origin: other }): [Place, Place] => [
      { joinsAt: one, connectsAt: other },
      { joinsAt: other, connectsAt: one },
    ])
  );
}
