import { createDefine } from "fresh";
import type { Instance } from "@/lib/server/instance.ts";

/** What middleware gives to every route. */
export interface State {
  /** This copy of the server. */
  instance: Instance;
  /** Of this response's Content-Security-Policy, for the page's own script. */
  nonce?: string;
  /** Names this request in logs. */
  requestId: string;
}

/** Routes, pages and middleware with the types of {@linkcode State}. */
export const define = createDefine<State>();
