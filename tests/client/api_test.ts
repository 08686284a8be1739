import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  changeRoom,
  closeRoom,
  createRoom,
  joinRoom,
  listRooms,
  roomInfo,
} from "@/lib/client/api.ts";
import { type ClientError, NetworkError } from "@/lib/client/errors.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { ROOM } from "../fakes/signaling_server.ts";

/** A fetch that gives one answer and keeps what it was asked. */
function answers(response: () => Response | Promise<Response>) {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return await response();
  }) as typeof globalThis.fetch;
  return { fetch, asked };
}

const problem = (status: number, code: string, more = {}, headers = {}) => () =>
  Response.json({ type: "about:blank", title: "", status, code, ...more }, {
    status,
    headers,
  });

Deno.test("createRoom posts what is wanted and gives back id, link and host token", async () => {
  const room = {
    roomId: "r",
    url: "https://x/r",
    hostToken: "h",
    expiresAt: 1,
  };
  const { fetch, asked } = answers(() => Response.json(room, { status: 201 }));
  const made = await createRoom({ type: "video", pin: "1234" }, {
    fetch,
    baseUrl: "https://x",
    bearer: "may-create",
  });
  assertEquals(made, room);
  const [{ url, init }] = asked;
  assertEquals([url, init.method], ["https://x/api/rooms", "POST"]);
  assertEquals(JSON.parse(init.body as string), { type: "video", pin: "1234" });
  assertEquals(init.headers as Record<string, string>, {
    "content-type": "application/json",
    "authorization": "Bearer may-create",
  });
});

Deno.test("roomInfo asks for a room by id or slug, whatever it is made of", async () => {
  const { fetch, asked } = answers(() => Response.json(ROOM));
  assertEquals((await roomInfo("../a b", { fetch })).roomId, "room");
  assertEquals(asked[0].url, "/api/rooms/..%2Fa%20b");
});

Deno.test("listRooms asks for a page, and gives back who is where", async () => {
  const page = { rooms: [{ ...ROOM, occupancy: 3 }], cursor: "1.next" };
  const { fetch, asked } = answers(() => Response.json(page));
  assertEquals(await listRooms({ limit: 20, cursor: "1.a" }, { fetch }), page);
  await listRooms({}, { fetch });
  assertEquals(
    asked.map(({ url }) => url),
    ["/api/rooms?limit=20&cursor=1.a", "/api/rooms?"],
  );
  const { fetch: partly } = answers(() => Response.json({ rooms: [ROOM] }));
  await assertRejects(() => listRooms({}, { fetch: partly }), NetworkError);
});

Deno.test("changeRoom and closeRoom show that they come from a host", async () => {
  const changing = answers(() => Response.json({ ...ROOM, locked: true }));
  const change = { locked: true, pin: null };
  const room = await changeRoom("r", change, { bearer: "host", ...changing });
  assertEquals(room.locked, true);
  const closing = answers(() => new Response(null, { status: 204 }));
  await closeRoom("r", { bearer: "host", ...closing });
  const [changed] = changing.asked;
  assertEquals(JSON.parse(changed.init.body as string), change);
  for (
    const [{ url, init }, method] of [
      [changed, "PATCH"],
      [closing.asked[0], "DELETE"],
    ] as const
  ) {
    assertEquals([url, init.method], ["/api/rooms/r", method]);
    const headers = init.headers as Record<string, string>;
    assertEquals(headers.authorization, "Bearer host");
  }
});

Deno.test("joinRoom gives back a seat, and fails with the code of a problem document", async () => {
  const seat = {
    token: "t",
    memberId: "m",
    role: "speaker",
    room: ROOM,
    peers: [],
    iceServers: [{ urls: ["stun:x"] }],
    expiresAt: 1,
  };
  const good = answers(() => Response.json(seat));
  const joined = await joinRoom("r", { name: "Ann" }, good);
  assertEquals(joined, seat as typeof joined);
  const { fetch } = answers(
    problem(
      429,
      "rate-limited",
      { detail: "Slowly.", errors: [{ field: "pin", message: "no" }] },
      { "retry-after": "7" },
    ),
  );
  const error = await assertRejects(
    () => joinRoom("r", { name: "Ann" }, { fetch }),
    ProtocolError,
    "Slowly.",
  );
  assertEquals(error.code, "rate-limited");
  assertEquals(error.retryAfter, 7_000);
  assertEquals(error.fields, [{ field: "pin", message: "no" }]);
});

const USELESS: [string, () => Response | Promise<Response>, string][] = [
  ["no network", () => Promise.reject(new TypeError("failed")), "network"],
  [
    "a gateway's page",
    () => new Response("<h1>502", { status: 502 }),
    "network",
  ],
  ["a captive portal", () => new Response("<h1>Hello"), "bad-response"],
  ["a room without an id", () => Response.json({}), "bad-response"],
  ["a code to come", problem(400, "to-come"), "bad-response"],
  ["a code of no own", problem(400, "constructor"), "bad-response"],
  ["an error page", () => new Response("no", { status: 404 }), "bad-response"],
];

for (const [name, response, code] of USELESS) {
  Deno.test(`roomInfo fails with ${code} on ${name}`, async () => {
    const { fetch } = answers(response);
    const error: ClientError = await assertRejects(
      () => roomInfo("r", { fetch }),
      NetworkError,
    );
    assertEquals(error.code, code as typeof error.code);
    assert(error.message.length > 0);
  });
}
