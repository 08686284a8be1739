/** Rooms and members that a test makes by the API, as a program would. */
import { assert } from "@std/assert";
import { until } from "./tab.ts";

/** A room, and the token that makes its holder a host. */
export interface MadeRoom {
  roomId: string;
  hostToken: string;
  /** The page of the room. */
  page: string;
}

/** Sends JSON; gives the answer's JSON, or null for an empty one. Fails where the server does not agree. */
async function ask(
  url: string,
  method: string,
  body?: object,
  token?: string,
): // deno-lint-ignore no-explicit-any -- whatever the server answers.
Promise<any> {
  const answer = await fetch(url, {
    method,
    headers: {
      "content-type": "application/json",
      ...token === undefined ? {} : { authorization: `Bearer ${token}` },
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert(answer.ok, `${method} ${url}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** Makes a room with camera and microphone, and whatever is wished. */
export async function makeRoom(
  origin: string,
  wish: object = {},
): Promise<MadeRoom> {
  const { roomId, hostToken } = await ask(`${origin}/api/rooms`, "POST", {
    type: "video",
    ...wish,
  });
  return { roomId, hostToken, page: `${origin}/r/${roomId}` };
}

/** Changes a room as its host. */
export async function changeRoom(
  origin: string,
  room: MadeRoom,
  change: object,
): Promise<void> {
  await ask(
    `${origin}/api/rooms/${room.roomId}`,
    "PATCH",
    change,
    room.hostToken,
  );
}

/** Closes a room as its host. */
export async function closeRoom(
  origin: string,
  room: MadeRoom,
): Promise<void> {
  const path = `${origin}/api/rooms/${room.roomId}`;
  await ask(path, "DELETE", undefined, room.hostToken);
}

/** Takes a seat, and holds it for 45 s without connecting. */
export async function takeSeat(
  origin: string,
  room: MadeRoom,
  name: string,
  token?: string,
): Promise<{ token: string; memberId: string }> {
  const path = `${origin}/api/rooms/${room.roomId}/join`;
  return await ask(path, "POST", { name }, token);
}

/** Somebody in a room without a browser: they are told everything, and neither send nor take any media. */
export class Visitor implements Disposable {
  readonly #socket: WebSocket;
  // deno-lint-ignore no-explicit-any -- messages of the server.
  readonly received: any[] = [];

  protected constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.received.push(JSON.parse(data));
  }

  /** Takes a seat and connects. */
  static async enter(
    origin: string,
    room: MadeRoom,
    name: string,
  ): Promise<Visitor> {
    const { token } = await takeSeat(origin, room, name);
    const visitor = new Visitor(Visitor.open(origin, token));
    await visitor.message("welcome");
    return visitor;
  }

  protected static open(origin: string, token: string): WebSocket {
    const url = `${origin.replace("http", "ws")}/ws`;
    return new WebSocket(url, ["ringdown.v1", `token.${token}`]);
  }

  /** Says something to the server: `docs/protocol.md` section 4. */
  send(message: { type: string; [field: string]: unknown }): void {
    this.#socket.send(JSON.stringify(message));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  protected message(type: string) {
    const find = () => this.received.find((message) => message.type === type);
    return until(() => Promise.resolve(find()), { what: `a ${type}` });
  }
}

/** A host without a browser. */
export class Host extends Visitor {
  static async connect(origin: string, room: MadeRoom): Promise<Host> {
    const { token } = await takeSeat(origin, room, "Host", room.hostToken);
    const host = new Host(Visitor.open(origin, token));
    await host.message("welcome");
    return host;
  }

  /** Removes somebody who was there when this host came. */
  async remove(name: string): Promise<void> {
    const { peers } = await this.message("welcome");
    const { memberId } = peers.find((peer: { name: string }) =>
      peer.name === name
    );
    this.send({ type: "remove", memberId });
  }
}
