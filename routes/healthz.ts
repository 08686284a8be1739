import { define } from "@/lib/define.ts";
import { answer, api } from "@/lib/server/api.ts";

/** The process lives and answers. It says nothing of the store: restarting a process does not mend a database. */
export const handler = define.handlers(api({
  GET: () => answer({ status: "ok" }),
}));
