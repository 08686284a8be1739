import { assert, assertEquals } from "@std/assert";
import { TestServer } from "./server.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

/** The value of one series; undefined when it is not there. `labels` as they are written, in order, the instance's id left out. */
function valueOf(text: string, name: string, labels = ""): number | undefined {
  const lines = text.replaceAll(
    /,instance_id="[^"]*"|instance_id="[^"]*",?/g,
    "",
  ).split("\n");
  const series = labels === "" ? `${name} ` : `${name}{${labels}} `;
  const line = lines.map((line) => line.replace("{}", ""))
    .find((line) => line.startsWith(series));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

Deno.test("GET /metrics is open where no METRICS_TOKEN is set, and closed to all but its holder where one is", async () => {
  await using open = await TestServer.start();
  const { status, headers } = await open.call("GET", "/metrics");
  assertEquals(status, 200);
  assertEquals(
    headers.get("Content-Type"),
    "text/plain; version=0.0.4; charset=utf-8",
  );

  await using closed = await TestServer.start({ METRICS_TOKEN: TOKEN });
  for (const token of [undefined, "", "x", TOKEN.slice(1), `${TOKEN}0`]) {
    const answer = await closed.call("GET", "/metrics", { token });
    assertEquals(answer.status, 401, token);
    assertEquals(answer.headers.get("WWW-Authenticate"), "Bearer");
    assert(!JSON.stringify(answer.body).includes("ringdown_"));
  }
  const query = await closed.call("GET", `/metrics?token=${TOKEN}`);
  assertEquals(query.status, 401);
  const right = await closed.call("GET", "/metrics", { token: TOKEN });
  assertEquals(right.status, 200);
});

Deno.test("GET /metrics counts requests by route pattern, method and status, and refusals by code", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room({ pin: "4321" });
  await server.join(roomId, { name: "Ann", pin: "9999" });
  await server.join(roomId, { name: "Ann", pin: "4321" });
  assertEquals((await server.call("BREW", "/api/rooms")).status, 405);
  await server.call("GET", "/api/rooms/never-was-here");
  const { body } = await server.call("GET", "/metrics");
  const requests = (labels: string) =>
    valueOf(body, "ringdown_http_request_duration_seconds_count", labels);
  const join = 'method="POST",route="/api/rooms/:id/join"';
  assertEquals(requests(`${join},status="2xx"`), 1);
  assertEquals(requests(`${join},status="4xx"`), 1);
  assertEquals(
    valueOf(body, "ringdown_http_refused_total", `${join},code="pin-wrong"`),
    1,
  );
  for (const typed of [roomId, "never-was-here", "BREW", "Ann", "127.0.0.1"]) {
    assert(!body.includes(typed), typed);
  }
});

Deno.test("GET /metrics tells who is connected, what they say, and how their connections end", async () => {
  await using server = await TestServer.start();
  const { roomId } = await server.room();
  const { body: joined } = await server.join(roomId);
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, [
    "ringdown.v1",
    `token.${joined.token}`,
  ]);
  const next = () =>
    new Promise<MessageEvent>((resolve) => socket.onmessage = resolve);
  await next();
  const send = async (message: object) => {
    socket.send(JSON.stringify(message));
    return JSON.parse((await next()).data);
  };
  await send({ type: "ping" });
  assertEquals(
    (await send({ type: "signal", to: "nobody", data: 1 })).code,
    "no-such-member",
  );
  socket.send(JSON.stringify({ type: "signal", data: 1 }));
  await send({ type: "ping" });
  const { body } = await server.call("GET", "/metrics");
  assertEquals(valueOf(body, "ringdown_connections"), 1);
  assertEquals(valueOf(body, "ringdown_sockets"), 1);
  assertEquals(valueOf(body, "ringdown_members"), 1);
  assertEquals(valueOf(body, "ringdown_rooms"), 1);
  assertEquals(valueOf(body, "ringdown_seats_kept"), 0);
  assertEquals(valueOf(body, "ringdown_messages_total", 'type="ping"'), 2);
  assertEquals(
    valueOf(body, "ringdown_messages_refused_total", 'code="no-such-member"'),
    1,
  );
  assertEquals(valueOf(body, "ringdown_signals_total", 'way="everyone"'), 1);

  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.send(JSON.stringify({ type: "leave" }));
  await closed;
  const { body: after } = await server.call("GET", "/metrics");
  assertEquals(valueOf(after, "ringdown_connections"), 0);
  assertEquals(valueOf(after, "ringdown_members"), 0);
  assertEquals(
    valueOf(after, "ringdown_connections_ended_total", 'reason="left"'),
    1,
  );
  assert(after.includes(`instance_id="${server.instance.id}"`));
});
