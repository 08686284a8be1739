import { assert, assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { ERRORS } from "@/lib/protocol/errors.ts";
import { routesForPrograms } from "./route_files.ts";
import { type Answer, TestServer } from "./server.ts";

const text = await Deno.readTextFile(
  new URL("../../openapi.yaml", import.meta.url),
);
const document = parse(text);
const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  allErrors: true,
});
ajv.addVocabulary([
  "openapi",
  "info",
  "paths",
  "components",
  "servers",
  "tags",
]);
ajv.addSchema(document, "openapi.yaml");

type Operation = {
  responses: Record<string, Record<string, unknown>>;
  requestBody?: unknown;
};

/** Whether an answer is one that the document promises for a call. */
function assertPromised(path: string, method: string, answer: Answer): void {
  const operation: Operation = document.paths[path][method];
  const { status, headers, body } = answer;
  const key = operation.responses[status] ? String(status) : "default";
  const at = operation.responses[key];
  assert(at, `${method} ${path} may answer ${status}`);
  const parts = "$ref" in at
    ? (at.$ref as string).split("/").slice(1)
    : ["paths", path, method, "responses", key];
  const { content } = parts.reduce((part, name) => part[name], document);
  if (!content) {
    assertEquals(body, "");
    return;
  }
  const type = headers.get("Content-Type")!.split(";")[0];
  assertEquals([type], Object.keys(content));
  const pointer = [...parts, "content", type, "schema"].map(escape).join("/");
  const validate = ajv.getSchema(`openapi.yaml#/${pointer}`)!;
  assert(
    validate(body),
    `${method} ${path} ${status}: ${ajv.errorsText(validate.errors)}`,
  );
}

/** A part of a JSON pointer (RFC 6901) in a URI's fragment. */
function escape(name: string): string {
  return encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}

Deno.test("openapi.yaml is an OpenAPI 3.1 document", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert(valid, JSON.stringify(errors));
  assertEquals(validator.version, "3.1");
});

Deno.test("openapi.yaml has the paths and methods that the routes have, and no others", () => {
  const written = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item as object).filter((key) => key !== "parameters")
      .map((method) => `${method.toUpperCase()} ${path}`)
  );
  const routed = routesForPrograms().flatMap(({ pattern, methods }) =>
    methods.map((method) => `${method} ${pattern.replace(/:(\w+)/g, "{$1}")}`)
  );
  assertEquals(written.toSorted(), routed.toSorted());
});

Deno.test("openapi.yaml has the error codes that there are", () => {
  assertEquals(
    document.components.schemas.ErrorCode.enum.toSorted(),
    Object.keys(ERRORS).toSorted(),
  );
});

Deno.test("openapi.yaml uses every schema that it defines", () => {
  for (const [kind, parts] of Object.entries(document.components)) {
    if (kind === "securitySchemes") continue;
    for (const name of Object.keys(parts as object)) {
      assert(text.includes(`"#/components/${kind}/${name}"`), name);
    }
  }
});

Deno.test("Real answers are as openapi.yaml says", async () => {
  await using server = await TestServer.start({
    STUN_URLS: "stun:stun.example",
    TURN_URLS: "turn:turn.example",
    TURN_SECRET: "0123456789abcdef",
  });
  const room = await server.room({
    listed: true,
    slug: "shack",
    persistent: true,
    maxParticipants: 3,
  });
  await server.room({ listed: true, pin: "1234" });
  const { hostToken, roomId } = room;
  const ann = await server.join(roomId, { name: "Ann" }, { token: hostToken });
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, [
    "ringdown.v1",
    `token.${ann.body.token}`,
  ]);
  await new Promise((resolve) => socket.onmessage = resolve);

  let checked = 0;
  const seen = new Set<string>();
  const at = async (
    path: string,
    method: string,
    options:
      & { id?: string; query?: string }
      & Parameters<
        TestServer["call"]
      >[2] = {},
  ) => {
    const { id = roomId, query = "", ...others } = options;
    const answer = await server.call(
      method.toUpperCase(),
      path.replace("{id}", id) + query,
      others,
    );
    assertPromised(path, method, answer);
    seen.add(`${method} ${path} ${answer.status}`);
    checked++;
    return answer;
  };

  await at("/api/rooms", "post", { body: { type: "video", pin: "1234" } });
  await at("/api/rooms", "post", { body: { type: 5, name: [] } });
  await at("/api/rooms", "post", { body: { slug: "shack", listed: true } });
  await at("/api/rooms", "post", { body: "x".repeat(70_000) });
  await at("/api/rooms", "get");
  const page = await at("/api/rooms", "get", { query: "?limit=1" });
  assert(page.body.cursor);
  await at("/api/rooms/{id}", "get");
  await at("/api/rooms/{id}", "get", { id: "nothing-here" });
  await at("/api/rooms/{id}/join", "post", {
    body: { name: "Ann" },
    token: hostToken,
  });
  const bob = await at("/api/rooms/{id}/join", "post", {
    body: { name: "Bob" },
  });
  assertEquals(bob.body.peers.length, 1);
  await at("/api/rooms/{id}/join", "post", { body: { name: "Cid" } });
  await at("/api/rooms/{id}/join", "post", { body: { name: "" } });
  await at("/api/rooms/{id}/join", "post", {
    body: { name: "Eve" },
    token: "x",
  });
  await at("/api/rooms/{id}/join", "post", {
    body: { name: "Eve" },
    id: "nothing-here",
  });
  await at("/api/rooms/{id}", "patch", { body: {} });
  await at("/api/rooms/{id}", "patch", { body: {}, token: bob.body.token });
  await at("/api/rooms/{id}", "patch", {
    body: { locked: true, media: { video: false } },
    token: hostToken,
  });
  await server.call("DELETE", `/api/rooms/${roomId}`, { token: hostToken });
  await at("/api/ice", "get");
  const other = await server.room({ pin: "1234" });
  await at("/api/rooms/{id}/join", "post", {
    id: other.roomId,
    body: { name: "Dan" },
  });
  const dan = await at("/api/rooms/{id}/join", "post", {
    id: other.roomId,
    body: { name: "Dan", pin: "1234" },
  });
  await at("/api/ice", "get", { token: dan.body.token });
  await at("/api/rooms/{id}", "delete", { id: other.roomId });
  await at("/api/rooms/{id}", "delete", {
    id: other.roomId,
    token: other.hostToken,
  });
  await at("/ws", "get");
  await at("/ws", "get", { headers: { Origin: "https://evil.example" } });
  await at("/healthz", "get");
  await at("/readyz", "get");
  await at("/metrics", "get");
  await server.clock.advance(60_000);
  server.storeWorks = false;
  await at("/readyz", "get");
  await at("/api/rooms", "get");

  assertEquals(checked, 30);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as object)) {
      if (method === "parameters") continue;
      const good = Object.keys((operation as Operation).responses)
        .filter((status) => status.startsWith("2"));
      for (const status of good) {
        assert(seen.has(`${method} ${path} ${status}`), `${method} ${path}`);
      }
    }
  }
});
