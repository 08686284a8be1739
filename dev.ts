/** Fresh's build: `dev.ts build` writes `_fresh`; without it, the dev server. */

import { Builder } from "fresh/dev";
import { joinModules } from "@/lib/build/join_modules.ts";
import { findRuntime } from "@/lib/build/runtime.ts";
import {
  finishBuild,
  refuseStandIns,
  servedWith,
  withoutMetafile,
} from "@/lib/server/built_with.ts";

const builder = new Builder();

if (Deno.args[0] === "build") {
  refuseStandIns();
  await Deno.remove(builder.config.outDir, { recursive: true }).catch(() => {});
  const runtime = await findRuntime(import.meta.resolve("fresh/dev"));
  if (runtime === null && servedWith().fresh === "upstream") {
    console.warn("Fresh's runtime has changed: browsers get all of it.");
  }
  runtime?.modules.forEach((module) => builder.registerIsland(module));
  await builder.build();
  await joinModules(
    builder.config.outDir,
    [["Call", "Lobby"], ["Home", "Rooms"]],
    runtime?.contents,
  );
  await finishBuild(builder.config.outDir);
} else {
  const { app } = await import("./main.ts");
  await builder.listen(() => Promise.resolve(withoutMetafile(app)), {
    hostname: Deno.env.get("HOST") || "127.0.0.1",
    port: Number(Deno.env.get("PORT") || 8000),
  });
}
