import { h } from "preact";
import { type Context, page } from "fresh";
import type { State } from "@/lib/define.ts";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import type { Room } from "@/lib/protocol/room.ts";
import { MemoryHub } from "@/lib/server/bus_memory.ts";
import { EdgeApp } from "@/lib/server/edge_app.ts";
import { Instance } from "@/lib/server/instance.ts";
import { Log } from "@/lib/server/log.ts";
import { readSettings } from "@/lib/server/settings.ts";
import { Store } from "@/lib/server/store.ts";
import middleware from "@/routes/_middleware.ts";
import { VirtualClock } from "../fakes/clock.ts";
import { routesForPrograms } from "./route_files.ts";

export const SECRET = "xJ2vQ9mT4kLw8RzB6nYc1HfD3gPs5aUe7iOq0tXb";
/** What a test page's inline script holds. */
export const INLINE = "/* inline */";

export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any
  body: any;
}

/** The routes for programs on a server of their own, with a real database in memory and a clock that stands still. */
export class TestServer implements AsyncDisposable {
  readonly clock = new VirtualClock(Date.now());
  readonly logged: string[] = [];
  readonly kv: Deno.Kv;
  readonly instance: Instance;
  /** While false, the database does not answer. */
  storeWorks = true;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(kv: Deno.Kv, app: EdgeApp, instance: Instance) {
    this.kv = kv;
    this.instance = instance;
    app.use((ctx) => {
      ctx.state.instance = instance;
      return ctx.next();
    }).use(...middleware);
    for (const { pattern, handler } of routesForPrograms()) {
      if (typeof handler === "function") app.all(pattern, handler);
      else if (handler.GET) app.get(pattern, handler.GET as typeof fail);
    }
    app.get("/page", (ctx) => ctx.render(testPage()));
    app.get("/page/broken", fail).get("/api/broken", fail);
    app.get(
      "/file.js",
      () =>
        new Response("1", { headers: { "Content-Type": "text/javascript" } }),
    );
    app.get("/moved", () => Response.redirect("https://calls.example/page"));
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      app.handler(),
    );
  }

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const kv = await Deno.openKv(":memory:");
    const settings = readSettings((name) =>
      ({ JWT_SECRET: SECRET, STUN_URLS: "", ...env })[name]
    );
    const lines: string[] = [];
    const clock = new VirtualClock(Date.now());
    const log = new Log((line) => lines.push(line), clock);
    let self: TestServer | undefined = undefined;
    const open = () => {
      const works = (self as TestServer | undefined)?.storeWorks ?? true;
      return works ? Promise.resolve(kv) : Promise.reject(new Error("down"));
    };
    const instance = new Instance({
      settings,
      store: new Store(open, SYSTEM_CLOCK),
      bus: new MemoryHub().bus(),
      log,
      clock,
    });
    const app = new EdgeApp(settings, log);
    app.onError("*", {
      handler: (ctx: Context<State>) => page({ failed: ctx.error !== null }),
      component: testPage,
    });
    self = new TestServer(kv, app, instance);
    Object.assign(self, { clock, logged: lines });
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Sends a request. A body that is no text is sent as JSON; `token` as a bearer token; `from` as X-Forwarded-For. */
  async call(
    method: string,
    path: string,
    options: {
      body?: unknown;
      token?: string;
      from?: string;
      headers?: Record<string, string>;
    } = {},
  ): Promise<Answer> {
    const { body, token, from, headers } = options;
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...body === undefined ? {} : { "Content-Type": "application/json" },
        ...token === undefined ? {} : { Authorization: `Bearer ${token}` },
        ...from === undefined ? {} : { "X-Forwarded-For": from },
        ...headers,
      },
      body: body === undefined || typeof body === "string"
        ? body as string | undefined
        : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== "" ? JSON.parse(text) : text,
    };
  }

  /** Makes a room. */
  async room(
    wish: object = {},
  ): Promise<Room & { hostToken: string; url: string }> {
    const { status, body } = await this.call("POST", "/api/rooms", {
      body: wish,
    });
    if (status !== 201) throw new Error(`no room: ${JSON.stringify(body)}`);
    return body;
  }

  join(
    id: string,
    body: object = { name: "Ann" },
    options: { token?: string; from?: string } = {},
  ): Promise<Answer> {
    return this.call("POST", `/api/rooms/${id}/join`, { body, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
    this.storeWorks = true;
    await this.instance.close();
  }
}

function testPage() {
  return h("script", { dangerouslySetInnerHTML: { __html: INLINE } });
}

function fail(): Promise<Response> {
  throw new Error("a secret message");
}
