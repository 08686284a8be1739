/** The cluster's proofs at a small size. What takes how long is for `deno task prove` to judge; here it is only what comes of it. */
import { assert, assertEquals } from "@std/assert";
import type { Proof } from "../proof.ts";
import { CAPACITY_RACE } from "./capacity_race.ts";
import type { ClusterOptions } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { LOST_REPLIES } from "./lost_replies.ts";
import { outage } from "./outage.ts";
import { SECRET_ROTATION } from "./secret_rotation.ts";
import { survival } from "./survival.ts";

/** The figures of a small run. */
// deno-lint-ignore no-explicit-any -- each proof has figures of its own.
async function small({ prove }: Proof): Promise<any> {
  const { figures } = await prove({ seed: 1, size: "small", progress() {} });
  return figures;
}

/** What a tally says that nothing went wrong by. */
const FLAWLESS = {
  lost: 0,
  doubled: 0,
  reordered: 0,
  falseLeaves: 0,
  brokenPairs: 0,
};

/** What must come of {@linkcode survival}, and what else did. */
async function survives(options: ClusterOptions) {
  const { sent, lost, doubled, reordered, falseLeaves, brokenPairs, ...rest } =
    await small(survival("", "", options));
  assert(sent >= 600);
  assertEquals(
    { lost, doubled, reordered, falseLeaves, brokenPairs },
    FLAWLESS,
  );
  return rest;
}

clusterTest("signals outlive a killed and a drained server", async () => {
  const { cutBySigint, backAfterSigintMs } = await survives({});
  // Most have another connection before the old one ends.
  assert(cutBySigint < backAfterSigintMs.count / 2);
});

clusterTest(
  "signals outlive servers of several isolates without BroadcastChannel",
  async () => {
    await survives({ isolates: 2, withoutBroadcastChannel: true });
  },
);

clusterTest(
  "while the database hangs calls go on, and joins are told to wait",
  async () => {
    const { tally: { sent: _, ...tally }, hung } = await small(
      outage("", "", {}),
    );
    assertEquals(tally, FLAWLESS);
    assertEquals(Object.keys(hung.joins), ["503 with Retry-After"]);
    assertEquals(hung.sameInstanceSocketsLost, 0);
  },
);

clusterTest("writes whose reply is lost have their effect once", async () => {
  assertEquals(await small(LOST_REPLIES), {
    falseTaken: 0,
    falseFull: 0,
    wrongSeats: 0,
    doubleEntries: 0,
    seatsLeft: 0,
  });
});

clusterTest(
  "two people never get the last seat from two processes",
  async () => {
    const { answers } = await small(CAPACITY_RACE);
    assertEquals(answers, { "seated": 3, "room-full": 27 });
  },
);

clusterTest(
  "a JWT secret that is changed in mid-call drops nobody",
  async () => {
    const { sent: _, ...figures } = await small(SECRET_ROTATION);
    assertEquals(figures, { dropped: 0, ...FLAWLESS });
  },
);
