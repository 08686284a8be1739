import { assert, assertEquals } from "@std/assert";
import { ROOT } from "@/offline/paths.ts";
import { buildProduct } from "../browser/build.ts";

const { deploy, tasks } = JSON.parse(
  await Deno.readTextFile(`${ROOT}/deno.json`),
);

Deno.test("deno.json: the deploy block has the form that Deno Deploy takes", () => {
  // docs.deno.com/deploy/reference/builds; `org` and `app` belong to whoever deploys, and are not kept here.
  assertEquals(Object.keys(deploy).sort(), ["build", "install", "runtime"]);
  assertEquals(Object.keys(deploy.runtime).sort(), ["entrypoint", "type"]);
  assertEquals(deploy.runtime.type, "dynamic");
  assertEquals(deploy.build, "deno task build");
  assert(tasks.build && tasks.deploy.startsWith("deno deploy "));
});

Deno.test("deno.json: what the deploy block names is there, after the build where it is built", async () => {
  const [, , , ...sources] = deploy.install.split(" ");
  assert(sources.length > 0, deploy.install);
  for (const source of sources) await Deno.stat(`${ROOT}/${source}`);
  await buildProduct();
  const server = await Deno.readTextFile(
    `${ROOT}/${deploy.runtime.entrypoint}`,
  );
  // What the platform and `deno serve` look for.
  assert(/export default\s*\{\s*fetch/.test(server), server);
  const { name } = deploy.runtime.entrypoint.match(/^(?<name>[^/]+)\//)!.groups;
  const ignored = await Deno.readTextFile(`${ROOT}/.gitignore`);
  // It is made there, and never uploaded.
  assert(ignored.split("\n").includes(`${name}/`));
});
