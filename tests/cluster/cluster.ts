/** A real deployment on one machine: several server processes on one database, with a proxy that can be told to fail before each. */
import { buildProduct } from "../browser/build.ts";
import { Balancer } from "./balancer.ts";
import { ClusterServer } from "./cluster_server.ts";
import { DenoKv } from "./denokv.ts";
import { KvProxy } from "./kv_proxy.ts";

/** What a cluster is started with, where it differs from three processes of one isolate each. */
export interface ClusterOptions {
  /** Server processes. Default: 3. */
  processes?: number;
  /** Isolates in each (`deno serve --parallel`). Default: 1. */
  isolates?: number;
  /** Takes BroadcastChannel away from the servers. */
  withoutBroadcastChannel?: boolean;
  /** Settings on top of the usual ones. */
  env?: Record<string, string>;
  /** Which replies of the database are lost, where some are to be. */
  random?: () => number;
}

/** Everyone comes from one address here, so what counts by address is not to be in the way. */
const WIDE_LIMITS = {
  LIMIT_REQUESTS_PER_MINUTE: "1000000",
  LIMIT_ROOMS_PER_MINUTE: "1000000",
  LIMIT_JOINS_PER_MINUTE: "1000000",
  LIMIT_FAILED_JOINS_PER_MINUTE: "1000000",
};

/** Server processes on one `denokv`. `await using cluster = await Cluster.start()` ends all of it. */
export class Cluster implements AsyncDisposable {
  readonly servers: readonly ClusterServer[];
  /** The database, without a proxy. */
  readonly databaseUrl: string;
  /** What the servers show the database. */
  readonly accessToken: string;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    servers: ClusterServer[],
    database: { url: string; accessToken: string },
    parts: AsyncDisposableStack,
  ) {
    this.servers = servers;
    this.databaseUrl = database.url;
    this.accessToken = database.accessToken;
    this.#parts = parts;
  }

  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const { processes = 3, random, env } = options;
    await using parts = new AsyncDisposableStack();
    await buildProduct();
    const accessToken = secret();
    const database = parts.use(await DenoKv.start(accessToken));
    const settings = {
      ...WIDE_LIMITS,
      JWT_SECRET: secret(),
      STUN_URLS: "",
      DENO_KV_ACCESS_TOKEN: accessToken,
      ...env,
    };
    const drained = new Set<number>();
    const servers: ClusterServer[] = [];
    for (let index = 0; index < processes; index++) {
      const kv = parts.use(new KvProxy(database.url, random));
      const env = { ...settings, DENO_KV_URL: kv.url };
      const server = await ClusterServer.start(kv, env, drained, options);
      servers.push(parts.use(server));
    }
    const ports = servers.map(({ port }) => port);
    for (const [index, server] of servers.entries()) {
      const bestFirst = [...ports.slice(index), ...ports.slice(0, index)];
      server.origin = parts.use(new Balancer(bestFirst, drained)).origin;
    }
    const { url } = database;
    return new Cluster(servers, { url, accessToken }, parts.move());
  }

  /** Puts every server's database into trouble, or ends that: null. */
  async setFault(fault: KvProxy["fault"]): Promise<void> {
    await Promise.all(this.servers.map(({ kv }) => kv.setFault(fault)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

/** 64 characters of chance. */
export function secret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}
