import { assert, assertEquals } from "@std/assert";
import { ERRORS } from "@/lib/protocol/errors.ts";
import { TestServer } from "./server.ts";

/** Values of every JSON kind, and the names that objects have from their prototypes. */
function garbage(depth = 0): unknown {
  const kinds = [
    () => null,
    () => Math.random() < 0.5,
    () => (Math.random() - 0.5) * 10 ** Math.floor(Math.random() * 300),
    () =>
      String.fromCharCode(
        ...Array.from({ length: 8 }, () => Math.random() * 65_536),
      ),
    () => ["host", "voip", "1234", "shack", ""][Math.floor(Math.random() * 5)],
    () => depth > 3 ? 0 : Array.from({ length: 3 }, () => garbage(depth + 1)),
    () => depth > 3 ? 0 : object(depth + 1),
  ];
  return kinds[Math.floor(Math.random() * kinds.length)]();
}

const NAMES = [
  ..."type name slug maxParticipants media e2ee expiresIn persistent".split(
    " ",
  ),
  ..."listed pin include locked role audio video".split(" "),
  ..."__proto__ constructor prototype toString hasOwnProperty".split(" "),
];

function object(depth = 0): unknown {
  const fields = Array.from({ length: 4 }, () => {
    const name = NAMES[Math.floor(Math.random() * NAMES.length)];
    return `${JSON.stringify(name)}:${JSON.stringify(garbage(depth))}`;
  });
  return JSON.parse(`{${fields.join(",")}}`);
}

Deno.test("No body, however strange, breaks a route or the prototypes", async () => {
  await using server = await TestServer.start({
    LIMIT_ROOMS_PER_MINUTE: "100000",
    LIMIT_REQUESTS_PER_MINUTE: "100000",
    LIMIT_JOINS_PER_MINUTE: "100000",
  });
  const { roomId, hostToken } = await server.room({ maxParticipants: 64 });
  const calls: [string, string, string?][] = [
    ["POST", "/api/rooms"],
    ["PATCH", `/api/rooms/${roomId}`, hostToken],
    ["POST", `/api/rooms/${roomId}/join`],
  ];
  const bodies = [
    '{"__proto__":{"type":"video","name":"x","polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"media":{"__proto__":{"polluted":1}},"name":"A"}',
    '{"include":["__proto__","constructor","toString"],"name":"A"}',
    `{"name":${'{"name":'.repeat(5_000)}1${"}".repeat(5_000)}}`,
    `{"name":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
    '{"maxParticipants":1e999,"name":"A"}',
    '{"name":"\\ud800"}',
    "\u0000",
    '{"name":"A","name":5}',
    ...Array.from({ length: 300 }, () => JSON.stringify(object())),
    ...Array.from(
      { length: 100 },
      () => JSON.stringify(object()).slice(0, Math.random() * 40),
    ),
  ];
  for (const body of bodies) {
    for (const [method, path, token] of calls) {
      const answer = await server.call(method, path, { body, token });
      assert(answer.status < 500, `${answer.status} for ${body.slice(0, 80)}`);
      if (answer.status >= 400) assert(answer.body.code in ERRORS);
    }
  }
  assertEquals(({} as { polluted?: number }).polluted, undefined);
  const room = (await server.call("GET", `/api/rooms/${roomId}`)).body;
  assertEquals(room.type, "voip");
  assertEquals(server.logged.filter((line) => line.includes('"error"')), []);
});
