import { assert, assertEquals } from "@std/assert";
import { ROOT } from "@/offline/paths.ts";
import { buildProduct } from "../browser/build.ts";
import { runDeno } from "../offline/processes.ts";

const text = await Deno.readTextFile(`${ROOT}/Dockerfile`);

/** The Dockerfile's instructions: continued lines are one, comments none. */
const instructions = text.replaceAll(/\\\n/g, " ").split("\n")
  .filter((line) => line.trim() !== "" && !line.startsWith("#"))
  .map((line) => {
    const [, name, rest] = line.match(/^([A-Z]+)\s+(.*)$/)!;
    return { name, rest };
  });

const last = (name: string) =>
  instructions.findLast((instruction) => instruction.name === name)?.rest ?? "";

/** What the last stage has of the project, by path. */
const copied = instructions.filter(({ name }) => name === "COPY")
  .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1))
  .filter((word) => word.startsWith("/app/"))
  .map((word) => word.slice("/app/".length));

Deno.test("Dockerfile: every stage stands on the Deno that the README names", async () => {
  const readme = await Deno.readTextFile(`${ROOT}/README.md`);
  const version = readme.match(/npx -y deno@([\d.]+)/)![1];
  const images = instructions.filter(({ name }) => name === "FROM")
    .map(({ rest }) => rest.split(" ")[0]);
  assertEquals(images.length, 2);
  for (const image of images) {
    assertEquals(image, `denoland/deno:alpine-${version}`);
  }
});

Deno.test("Dockerfile: it builds by the task that refuses stand-ins, and serves as nobody special", () => {
  const run = instructions.find(({ name }) => name === "RUN")!.rest;
  assert(run.startsWith("deno task build"), run);
  assertEquals(last("USER"), "deno");
  assert(["SIGINT", "SIGTERM"].includes(last("STOPSIGNAL")));
  const [, , command] = JSON.parse(last("CMD"));
  // A shell in between would keep the signal to itself.
  assert(command.startsWith("exec deno serve "), command);
  for (const flag of ["--cached-only", "--frozen", "--allow-write=/data"]) {
    assert(command.includes(` ${flag} `), flag);
  }
  assert(!/ (-A|--allow-all|--allow-run|--allow-ffi)\b/.test(command), command);
  assert(last("HEALTHCHECK").includes("/healthz"), last("HEALTHCHECK"));
});

Deno.test("Dockerfile: what the server imports is in the image", async () => {
  await buildProduct();
  const { code, output } = await runDeno(
    ["info", "--json", "--no-lock", "_fresh/server.js"],
  );
  assertEquals(code, 0, output);
  const json = output.slice(output.indexOf("{"));
  const modules: { specifier: string; error?: string }[] =
    JSON.parse(json).modules;
  const ours = modules.map(({ specifier }) => specifier)
    .filter((specifier) => specifier.startsWith(`file://${ROOT}/`))
    .map((specifier) => specifier.slice(`file://${ROOT}/`.length));
  assert(ours.includes("main.ts"), ours.join("\n"));
  const missing = ours.filter((path) =>
    !copied.some((each) => path === each || path.startsWith(`${each}/`))
  );
  assertEquals(missing, []);
  assert(copied.includes("static") && copied.includes("deno.json"));
});

Deno.test("Dockerfile: nothing that it copies is held back, and nothing secret or built is sent along", async () => {
  const held = (await Deno.readTextFile(`${ROOT}/.dockerignore`)).split("\n");
  for (const path of copied) {
    // These two are made by the build.
    if (path === "_fresh" || path === "deno.lock") continue;
    assert(!held.includes(path.split("/")[0]), path);
  }
  for (const path of [".git", ".data", "_fresh", "dist", "node_modules"]) {
    assert(held.includes(path), path);
  }
});
