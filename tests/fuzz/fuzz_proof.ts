import type { Proof } from "../proof.ts";
import { fuzzInstances } from "./fuzz_instances.ts";
import { fuzzServer } from "./fuzz_server.ts";

/** Frames of every kind in every state, and connections that come and go. */
export const FUZZ: Proof = {
  name: "fuzz",
  proves: "no frame breaks anything or reaches another room, and memory stays",
  async prove(options) {
    const parts = [await fuzzInstances(options), await fuzzServer(options)];
    return {
      held: parts.every(({ held }) => held),
      sizes: Object.assign({}, ...parts.map(({ sizes }) => sizes)),
      figures: Object.assign({}, ...parts.map(({ figures }) => figures)),
    };
  },
};
