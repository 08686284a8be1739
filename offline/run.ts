/**
 * Runs the project's commands, with or without JSR:
 *
 *     deno run -A offline/run.ts <verb> [arguments]
 *
 *     start   build, then serve on PORT (8000) and HOST (127.0.0.1; in production 0.0.0.0)
 *     serve   the same with what is built already (`start` and `serve` hand flags on: --parallel)
 *     dev     serve while editing
 *     build   production build: upstream's packages, or an error
 *     client  bundle the client library: dist/ringdown.js, one ES module
 *     docs    write docs/api.md anew, from the docstrings
 *     test    deno test (tests/ unless paths are given)
 *     check   type check everything
 *     bench   build, then measure (bench/all.ts unless another is given)
 *     prove   the proofs at full size (all unless some are named)
 *     lock    write offline/npm.lock anew
 *     -- …    any deno command
 *
 * Where JSR can be reached, or all of it is cached, commands run as they are;
 * elsewhere on the folder registry (registry.ts), which one line announces.
 *
 * @module
 */

import { listeningProblem, runChild } from "./child.ts";
import {
  type Lock,
  lockCopy,
  missing,
  NPM_LOCK,
  refreshLock,
  wantedSpecifiers,
} from "./npm_lock.ts";
import { chooseSource } from "./source.ts";

/** Deno's commands that take `--lock`, by what the wrapper is asked to run. */
const LOCKABLE = /^(run|serve|test|bench|check|cache|compile)$/;

const production = Deno.env.get("RINGDOWN_ENV") === "production" ||
  Deno.env.has("DENO_DEPLOYMENT_ID");

/** Ends with one line on what is wrong. */
class Refusal extends Error {}

const withDefault = (args: string[], path: string) =>
  args.some((arg) => !arg.startsWith("-")) ? args : [...args, path];

function address(): { hostname: string; port: number } {
  const hostname = Deno.env.get("HOST") ||
    (production ? "0.0.0.0" : "127.0.0.1");
  const text = Deno.env.get("PORT") || "8000";
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw new Refusal(`PORT is "${text}": it must be a number up to 65535.`);
  }
  const problem = listeningProblem(hostname, port);
  if (problem) throw new Refusal(problem);
  return { hostname, port };
}

async function checkLock(): Promise<void> {
  const lock: Lock = JSON.parse(await Deno.readTextFile(NPM_LOCK));
  const absent = missing(lock, await wantedSpecifiers());
  if (absent.length === 0) return;
  throw new Refusal(
    `offline/npm.lock does not hold ${absent.join(", ")}: ` +
      "run `deno run -A offline/run.ts lock`.",
  );
}

/** The deno commands of a verb, to be run one after the other. */
function commandsOf(verb: string, args: string[]): (() => string[])[] {
  const serve = () => {
    const { hostname, port } = address();
    const at = [`--host=${hostname}`, `--port=${port}`];
    return ["serve", "-A", ...at, ...args, "_fresh/server.js"];
  };
  switch (verb) {
    case "start":
      address();
      return [() => ["run", "-A", "dev.ts", "build"], serve];
    case "serve":
      address();
      return [serve];
    case "dev":
      address();
      return [
        () => ["run", "-A", "--watch=islands,routes,static", "dev.ts", ...args],
      ];
    case "build":
      return [() => ["run", "-A", "dev.ts", "build", ...args]];
    case "client":
      return [() => ["run", "-A", "offline/client.ts", ...args]];
    case "docs":
      return [() => ["run", "-A", "offline/reference.ts"]];
    case "test":
      return [() => ["test", "-A", ...withDefault(args, "tests/")]];
    case "bench":
      return [() => ["run", "-A", ...withDefault(args, "bench/all.ts")]];
    case "prove":
      return [() => ["run", "-A", "tests/prove.ts", ...args]];
    case "check":
      return [() => ["check", ...withDefault(args, ".")]];
    case "--":
      return [() => args];
    default:
      throw new Refusal(
        `unknown verb "${verb}": start, serve, dev, build, client, docs, test, check, bench, prove, lock, or -- and a deno command.`,
      );
  }
}

async function run(verb: string, args: string[]): Promise<number> {
  if (verb === "lock") return await refreshLock();
  const commands = commandsOf(verb, args);
  if (["build", "client", "test", "check"].includes(verb)) await checkLock();

  const serves = verb === "start" || verb === "serve";
  const mayFallBack = verb !== "build" && !(serves && production);
  const source = await chooseSource(mayFallBack);
  if (source === null) {
    throw new Refusal(
      "JSR cannot be reached and its packages are not cached: a build for production is made with upstream's packages or not at all.",
    );
  }
  if (source.notice) console.error(source.notice);
  try {
    const forTests = ["test", "check", "bench", "prove", "--"]
      .includes(verb);
    const lock = await lockCopy(source, forTests);
    for (const command of commands) {
      const [name, ...rest] = command();
      const flags = LOCKABLE.test(name) ? [`--lock=${lock}`] : [];
      const env = {
        ...source.env,
        DENO_NO_UPDATE_CHECK: "1",
        RINGDOWN_STAND_INS: mayFallBack ? "allowed" : "refused",
      };
      const code = await runChild([name, ...flags, ...rest], env);
      if (code !== 0) return code;
    }
    return 0;
  } finally {
    await source.close();
  }
}

if (import.meta.main) {
  const [verb = "", ...args] = Deno.args;
  const code = await run(verb, args).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    console.error(`error: ${error.message}`);
    return 1;
  });
  Deno.exit(code);
}
