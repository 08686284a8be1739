import { createDefine } from "fresh";
import type { Instance } from "./server/instance.ts";

/** What every request carries through middleware, routes and pages. */
export interface State {
  /** This running copy of the server; `main.ts` puts it there. */
  instance: Instance;
  /** Names the request in our log and in the `X-Request-Id` of its answer. */
  requestId: string;
}

export const define = createDefine<State>();
