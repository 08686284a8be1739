import { h } from "preact";
import { type Context, page } from "fresh";
import type { State } from "@/lib/define.ts";
import { SYSTEM_CLOCK } from "@/lib/protocol/clock.ts";
import type { Room } from "@/lib/protocol/room.ts";
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
  readonly clock: VirtualClock;
  readonly instance: Instance;
  readonly logged: string[];
  readonly #store: { works: boolean };
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(
    instance: Instance,
    clock: VirtualClock,
    logged: string[],
    store: { works: boolean },
  ) {
    this.instance = instance;
    this.clock = clock;
    this.logged = logged;
    this.#store = store;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      makeApp(instance).handler(),
    );
  }

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const kv = await Deno.openKv(":memory:");
    const settings = readSettings((name) =>
      ({ JWT_SECRET: SECRET, STUN_URLS: "", ...env })[name]
    );
    const logged: string[] = [];
    const clock = new VirtualClock(Date.now());
    const state = { works: true };
    const instance = new Instance({
      settings,
      // The store's deadlines are the machine's: a database takes real time.
      store: new Store(() => Promise.resolve(faulty(kv, state)), SYSTEM_CLOCK),
      carriers: [],
      log: new Log((line) => logged.push(line), clock),
      clock,
    });
    return new TestServer(instance, clock, logged, state);
  }

  /** Makes every call of the database fail, until it works again. */
  set storeWorks(works: boolean) {
    this.#store.works = works;
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

/** The app with all routes for programs, and some of each other kind. */
function makeApp(instance: Instance): EdgeApp {
  const app = new EdgeApp(instance.settings, instance.log);
  app.onError("*", {
    handler: (ctx: Context<State>) => page({ failed: ctx.error !== null }),
    component: testPage,
  });
  app.use((ctx) => {
    ctx.state.instance = instance;
    return ctx.next();
  }).use(...middleware);
  for (const { pattern, handler } of routesForPrograms()) {
    if (typeof handler === "function") app.all(pattern, handler);
    else app.get(pattern, handler.GET);
  }
  app.get("/page", (ctx) => ctx.render(testPage()));
  app.get("/page/broken", fail).get("/api/broken", fail);
  app.get(
    "/file.js",
    () => new Response("1", { headers: { "Content-Type": "text/javascript" } }),
  );
  app.get("/moved", () => Response.redirect("https://calls.example/page"));
  return app;
}

/** The database, failing while it is not to work. */
function faulty(kv: Deno.Kv, state: { works: boolean }): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      if (!state.works && name !== "close") throw new Error("database down");
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function testPage() {
  return h("script", { dangerouslySetInnerHTML: { __html: INLINE } });
}

function fail(): Promise<Response> {
  throw new Error("a secret message");
}
