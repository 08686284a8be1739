import { createDefine } from "fresh";
import type { Instance } from "./server/instance.ts";

/** What every request carries through middleware, routes and pages. */
export interface State {
  /** This running copy of the server; `main.ts` puts it there. */
  instance: Instance;
  /** Names the request in our log and in the `X-Request-Id` of its answer. */
  requestId: string;
  /** When the request came, in milliseconds by the instance's monotonic clock. */
  beganAt: number;
  /** What the page runs before anything else, if it does. */
  firstScript?: string;
}

export const define = createDefine<State>();
