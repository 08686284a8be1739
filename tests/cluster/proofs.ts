/** What is proven on a real cluster; all of it needs denokv. */
import type { Proof } from "../proof.ts";
import { CAPACITY_RACE } from "./capacity_race.ts";
import { LOST_REPLIES } from "./lost_replies.ts";
import { outage } from "./outage.ts";
import { SECRET_ROTATION } from "./secret_rotation.ts";
import { survival } from "./survival.ts";

export const CLUSTER_PROOFS: readonly Proof[] = [
  survival(
    "cluster-survival",
    "calls outlive kill -9, draining and a rolling restart of three processes",
    {},
  ),
  survival(
    "cluster-survival-isolates",
    "the same with two isolates in each process",
    { isolates: 2 },
  ),
  survival(
    "cluster-survival-no-broadcast",
    "the same with two isolates in each process and no BroadcastChannel",
    { isolates: 2, withoutBroadcastChannel: true },
  ),
  outage(
    "cluster-outage",
    "calls within an instance go on while the database is in any trouble, joins are told to wait, and all recovers",
    {},
  ),
  outage(
    "cluster-outage-no-broadcast",
    "the same without BroadcastChannel",
    { withoutBroadcastChannel: true },
  ),
  LOST_REPLIES,
  CAPACITY_RACE,
  SECRET_ROTATION,
];
