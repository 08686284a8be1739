/** Runs simulations in an isolate of its own, one after the other. */
import { simulate, type SimulationOptions } from "./simulation.ts";

const worker = self as unknown as Worker;

worker.onmessage = async ({ data }: MessageEvent<SimulationOptions>) => {
  worker.postMessage(await simulate(data));
};
