import { assert, assertEquals } from "@std/assert";
import { createRoom, fetchIceServers, joinRoom } from "@/lib/client/api.ts";
import { Session } from "@/lib/client/session/session.ts";
import type { SessionEvent } from "@/lib/client/session/session_event.ts";
import { websocketTransport } from "@/lib/client/transport/websocket_transport.ts";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import { ObservedServer } from "./observed_server.ts";

/** What must be nowhere but between the two people of a call, their browsers and this server's memory. */
const SECRETS = {
  "the secret that signs": "Jw3kQz81vTnB6xYc0HfD7gPs5aUe9iOq2tXbR4mL",
  "the metrics token": "Mt5kQz81vTnB6xYc0HfD7gPs",
  "the token for making rooms": "Cr9kQz81vTnB6xYc0HfD7gPs",
  "the secret of the TURN server": "Tu2kQz81vTnB6xYc0HfD7gPs",
  "a PIN": "9173640258461937",
  "a wrong PIN": "8264017395517284",
  "a wrong token":
    "eyJhbGciOiJIUzI1NiJ9.eyJ3cm9uZyI6MX0.Wr0ngS1gnatureWr0ngS1gnature",
  "a room's name": "Quiet Meeting 7f3a",
  "a member's name": "Annabel Quist 7f3a",
  "the other's name": "Benedict Quist 7f3a",
  "a call sign": "DL7F3A",
  "a status": "lunching with 7f3a",
  "an ICE password": "asd88fgpdd777uzjYhagZg7f3a",
  "a fingerprint": "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B",
  "a candidate": "192.0.2.77 54321 typ srflx",
  "what a broken frame holds": "half-a-frame-7f3a",
  "what a bad field holds": "bad-field-7f3a",
};

const SETTINGS = {
  JWT_SECRET: SECRETS["the secret that signs"],
  METRICS_TOKEN: SECRETS["the metrics token"],
  CREATE_ROOM_TOKEN: SECRETS["the token for making rooms"],
  TURN_URLS: "turn:turn.example",
  TURN_SECRET: SECRETS["the secret of the TURN server"],
};

const OFFER = {
  description: {
    type: "offer",
    sdp: `v=0\r\na=ice-pwd:${
      SECRETS["an ICE password"]
    }\r\na=fingerprint:sha-256 ${SECRETS["a fingerprint"]}\r\n`,
  },
};
const CANDIDATE = {
  candidates: [{
    candidate: `candidate:1 1 udp 2122260223 ${SECRETS["a candidate"]}`,
  }],
};

/** Which secrets came out, and where; in clear or as JSON writes them. */
function leaks(
  channels: Record<string, string>,
  secrets: Record<string, string>,
): string[] {
  return Object.entries(channels).flatMap(([channel, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => text.includes(secret))
      .map(([what]) => `${what} in ${channel}`)
  );
}

/** A session, and its next event of a type that was not asked for before. */
function sessionOf(
  url: string,
  joined: Awaited<ReturnType<typeof joinRoom>>,
): {
  session: Session;
  next<T extends SessionEvent["type"]>(
    type: T,
  ): Promise<Extract<SessionEvent, { type: T }>>;
} {
  const session = new Session({
    token: joined.token,
    memberId: joined.memberId,
    peers: joined.peers,
    openTransport: websocketTransport(url),
    clock: SYSTEM_CLOCK,
    random: Math.random,
  });
  const told: SessionEvent[] = [];
  let wake = () => {};
  session.subscribe((event) => {
    told.push(event);
    wake();
  });
  session.start();
  return {
    session,
    async next<T extends SessionEvent["type"]>(type: T) {
      for (;;) {
        const at = told.findIndex((event) => event.type === type);
        if (at >= 0) {
          return told.splice(at, 1)[0] as Extract<SessionEvent, { type: T }>;
        }
        await within(new Promise<void>((resolve) => wake = resolve), type);
      }
    },
  };
}

/** What a promise brings, if it does so within 20 s. */
async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} came`)), 20_000);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function refused(task: Promise<unknown>): Promise<void> {
  const failed = await task.then(() => false, () => true);
  assert(failed, "it should have been refused");
}

/** Sends frames that are wrong, by a socket of their own. */
async function sendGarbage(url: string, token: string): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, [
    "ringdown.v1",
    `token.${token}`,
  ]);
  await new Promise((resolve) => socket.onmessage = resolve);
  const broken = SECRETS["what a broken frame holds"];
  for (
    const frame of [
      `{"${broken}"`,
      JSON.stringify({ type: broken }),
      JSON.stringify({ type: "presence", status: broken.repeat(50) }),
      JSON.stringify({ type: "signal", to: "x", data: broken.repeat(4_000) }),
    ]
  ) {
    socket.send(frame);
    await within(
      new Promise((resolve) => socket.onmessage = resolve),
      "answer",
    );
  }
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.send(broken.repeat(10_000));
  await within(closed, "close");
}

Deno.test("Nothing confidential of a whole call leaves the server by logs, metrics or traces", async () => {
  await using server = await ObservedServer.start(SETTINGS);
  const { url } = server;
  const secrets: Record<string, string> = { ...SECRETS };
  const bearer = SECRETS["the token for making rooms"];
  const api = { baseUrl: url };
  await refused(createRoom({}, { ...api, bearer: SECRETS["a wrong token"] }));
  const room = await createRoom({
    name: SECRETS["a room's name"],
    pin: SECRETS["a PIN"],
    type: "video",
    maxParticipants: 3,
  }, { ...api, bearer });
  secrets["a host token"] = room.hostToken;

  const enter = (name: string, pin?: string, token?: string) =>
    joinRoom(room.roomId, { name, pin }, { ...api, bearer: token });
  const [annsName, bensName] = [
    SECRETS["a member's name"],
    SECRETS["the other's name"],
  ];
  await refused(enter(annsName, SECRETS["a wrong PIN"]));
  await refused(enter(annsName, undefined, SECRETS["a wrong token"]));
  const ann = await enter(annsName, undefined, room.hostToken);
  const ben = await enter(bensName, SECRETS["a PIN"]);
  const cid = await enter(bensName, SECRETS["a PIN"]);
  secrets["a member token"] = ann.token;
  secrets["another member token"] = ben.token;
  const ice = await fetchIceServers({ ...api, bearer: ann.token });
  for (
    const { credential, username } of [...ann.iceServers, ...ice.iceServers]
  ) {
    if (!credential) continue;
    secrets["a TURN password"] = credential;
    secrets["a TURN user name"] = username!;
  }
  assert(secrets["a TURN password"]);

  const [a, b] = [sessionOf(url, ann), sessionOf(url, ben)];
  await Promise.all([a.next("welcome"), b.next("welcome")]);
  a.session.announce({
    type: "presence",
    callSign: SECRETS["a call sign"],
    status: SECRETS["a status"],
  });
  await a.next("pair");
  a.session.signal(ben.memberId, OFFER);
  a.session.signal(ben.memberId, CANDIDATE);
  assertEquals((await b.next("signal")).data, OFFER);
  assertEquals((await b.next("signal")).data, CANDIDATE);
  await sendGarbage(url, cid.token);

  for (
    const [path, init] of [
      ["/api/broken", {}],
      ["/api/stray", {}],
      ["/api/rooms", {
        method: "POST",
        body: `{"${SECRETS["what a bad field holds"]}`,
      }],
      ["/api/rooms", {
        method: "POST",
        body: JSON.stringify({ type: SECRETS["what a bad field holds"] }),
      }],
    ] satisfies [string, RequestInit][]
  ) {
    const headers = {
      Authorization: `Bearer ${bearer}`,
      "Content-Type": "application/json",
    };
    await fetch(`${url}${path}`, { ...init, headers })
      .then((response) => response.body?.cancel());
  }

  a.session.send({ type: "remove", memberId: ben.memberId });
  await a.next("left");
  await refused(enter(bensName, undefined, ben.token));
  await server.scrape(SETTINGS.METRICS_TOKEN);
  await server.exported("GET /metrics");
  await within(server.drain(), "end");
  a.session.close();
  b.session.close();

  const channels = server.channels();
  // Each of them does carry what may be told.
  const told: Record<string, string> = {
    "standard output and error": room.roomId,
    "/metrics": 'route="/api/rooms/:id/join"',
    "exported logs": room.roomId,
    "exported metrics": "http.server.request.duration",
    "exported traces": "POST /api/rooms/:id/join",
  };
  for (const [channel, text] of Object.entries(channels)) {
    assert(text.includes(told[channel]), `${told[channel]} in ${channel}`);
  }
  for (
    const event of ["request-failed", "uncaught-error", "unhandled-rejection"]
  ) assert(channels["exported logs"].includes(event), event);
  assert(server.spansBelow(told["exported traces"]).includes("kv commit"));
  // Fresh makes spans of its own there; what a socket says makes none.
  const ofSockets = server.spansBelow("GET /ws").filter((name) =>
    name.startsWith("kv ")
  );
  assertEquals(ofSockets, [], "what a socket says");
  assertEquals(leaks(channels, secrets), []);
});

Deno.test("With OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=1 no URL gets into traces, so that tokens and names in them do not either", async () => {
  await using server = await ObservedServer.start({
    ...SETTINGS,
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "1",
  });
  const api = { baseUrl: server.url };
  const { roomId } = await createRoom({}, {
    ...api,
    bearer: SECRETS["the token for making rooms"],
  });
  const name = SECRETS["a member's name"].split(" ")[0];
  const { token } = await joinRoom(roomId, { name }, api);
  await fetch(`${server.url}/r/${roomId}?enter=sound&name=${name}`)
    .then((response) => response.body?.cancel());
  const socket = new WebSocket(
    `${server.url.replace("http", "ws")}/ws?token=${token}`,
  );
  const { data } = await within(
    new Promise<MessageEvent>((resolve) => socket.onmessage = resolve),
    "welcome",
  );
  assertEquals(JSON.parse(data).type, "welcome");
  await server.exported("GET /ws");
  socket.close();
  await within(server.drain(), "end");
  const { "exported traces": traces } = server.channels();
  assertEquals(leaks({ traces }, { token, name, roomId }), []);
});
