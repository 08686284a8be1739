/** Everything that whoever runs a server can set, read once at the start and checked as a whole. */
import * as v from "valibot";
import { Secret } from "./secret.ts";
import {
  Count,
  Flag,
  IceUrls,
  KvPath,
  Origin,
  Origins,
  Port,
  SigningSecret,
  StrongSecret,
  Text,
  TrustedProxies,
} from "./settings_forms.ts";

/** What a server does at most, per second, minute or hour. Each has a variable `LIMIT_…` in {@linkcode FORMS}. */
export interface Limits {
  /** Messages a second per member, and how many at once after a pause. */
  messagesPerSecond: number;
  messageBurst: number;
  /** Bytes of messages a second per member, and how many at once after a pause. */
  bytesPerSecond: number;
  byteBurst: number;
  /** Messages a minute per member that are written to the store: what it says of itself, and what hosts command. */
  changesPerMinute: number;
  /** Bytes that may wait to be sent to one socket. */
  maxBufferedBytes: number;
  /** New connections per member and minute, on each instance. */
  connectionsPerMinute: number;
  /** Sockets that are open at a time, on each instance: in all, and per network address. */
  sockets: number;
  socketsPerAddress: number;
  /** MiB of memory that the process may use before it takes no further sockets; without end when absent. */
  memoryMib?: number;
  /** Calls of the HTTP API per network address and minute, on each instance. */
  requestsPerMinute: number;
  /** Per network address and minute, over all instances: {@linkcode import("./shared_limit.ts").SharedLimit}. */
  roomsPerMinute: number;
  joinsPerMinute: number;
  failedJoinsPerMinute: number;
  /** Wrong PINs per room and hour, over all instances. */
  wrongPinsPerHour: number;
}

export interface Settings {
  environment: "development" | "production";
  port: number;
  host: string;
  /** Scheme, host and port under which people reach the service, when that cannot be seen in a request. */
  publicOrigin?: string;
  /** What tokens are bound to, so that those of a preview are worth nothing in production: the same on every instance of a deployment. */
  deployment: string;
  /** Signs tokens. Absent only in development, where one is made and kept. */
  jwtSecret?: Secret;
  /** Accepted as well while the secret is changed: first the coming one, then the one before. `docs/deploy.md`. */
  previousJwtSecret?: Secret;
  /** Other sites whose pages may use this service. */
  corsOrigins: readonly string[];
  /** For `Deno.openKv`: a file, `:memory:`, a KV Connect URL, or undefined for the platform's own. */
  kvPath?: string;
  stunUrls: readonly string[];
  turn?: { urls: readonly string[]; secret: Secret };
  cloudflareTurn?: { keyId: string; apiToken: Secret };
  cloudflareApp?: { appId: string; appSecret: Secret };
  /** Who may make rooms; anyone when absent. */
  createRoomToken?: Secret;
  metricsToken?: Secret;
  /** Proxies between the clients and this server whose `X-Forwarded-…` headers are to be believed. */
  trustedProxies: number;
  limits: Limits;
}

/** The settings are not usable. The message names every bad one, and shows no value of any. */
export class SettingsError extends Error {
  override name = "SettingsError";

  constructor(readonly problems: readonly string[]) {
    super(
      `Ringdown cannot start with these settings:\n${
        problems.map((problem) => `  - ${problem}`).join("\n")
      }`,
    );
  }
}

/**
 * A public STUN server: it tells a browser the address under which the internet sees it, and is the one other party that a browser talks
 * to by default. `STUN_URLS` set to nothing turns it off.
 */
const DEFAULT_STUN_URL = "stun:stun.cloudflare.com:3478";
const DEFAULT_KV_FILE = ".data/ringdown.kv";

/** Every variable, its form, and the text that stands for it when it is not set. */
const FORMS = {
  RINGDOWN_ENV: v.optional(
    v.picklist(
      ["development", "production"],
      "must be development or production",
    ),
  ),
  PORT: v.optional(Port, "8000"),
  HOST: v.optional(Text),
  PUBLIC_URL: v.optional(Origin),
  JWT_SECRET: v.optional(SigningSecret),
  JWT_SECRET_PREVIOUS: v.optional(SigningSecret),
  CORS_ORIGIN: v.optional(Origins, ""),
  DENO_KV_URL: v.optional(KvPath),
  DENO_KV_ACCESS_TOKEN: v.optional(Text),
  STUN_URLS: v.optional(IceUrls(["stun:", "stuns:"]), DEFAULT_STUN_URL),
  TURN_URLS: v.optional(IceUrls(["turn:", "turns:"]), ""),
  TURN_SECRET: v.optional(StrongSecret),
  CLOUDFLARE_TURN_KEY_ID: v.optional(Text),
  CLOUDFLARE_TURN_API_TOKEN: v.optional(Text),
  CLOUDFLARE_APP_ID: v.optional(Text),
  CLOUDFLARE_APP_SECRET: v.optional(Text),
  CREATE_ROOM_TOKEN: v.optional(StrongSecret),
  METRICS_TOKEN: v.optional(StrongSecret),
  TRUST_PROXY: v.optional(TrustedProxies, "0"),
  LIMIT_MESSAGES_PER_SECOND: v.optional(Count(1, 10_000), "50"),
  LIMIT_MESSAGE_BURST: v.optional(Count(1, 100_000), "200"),
  LIMIT_BYTES_PER_SECOND: v.optional(Count(1_024, 67_108_864), "65536"),
  // A frame of the largest size must pass.
  LIMIT_BYTE_BURST: v.optional(Count(65_536, 67_108_864), "1048576"),
  LIMIT_CHANGES_PER_MINUTE: v.optional(Count(1, 1_000_000), "120"),
  LIMIT_BUFFERED_BYTES: v.optional(Count(65_536, 67_108_864), "262144"),
  LIMIT_CONNECTIONS_PER_MINUTE: v.optional(Count(1, 1_000_000), "30"),
  LIMIT_SOCKETS: v.optional(Count(1, 1_000_000), "12000"),
  LIMIT_SOCKETS_PER_ADDRESS: v.optional(Count(1, 1_000_000), "500"),
  LIMIT_MEMORY_MIB: v.optional(Count(64, 1_000_000)),
  LIMIT_REQUESTS_PER_MINUTE: v.optional(Count(1, 1_000_000), "600"),
  LIMIT_ROOMS_PER_MINUTE: v.optional(Count(1, 1_000_000), "20"),
  LIMIT_JOINS_PER_MINUTE: v.optional(Count(1, 1_000_000), "60"),
  LIMIT_FAILED_JOINS_PER_MINUTE: v.optional(Count(1, 1_000_000), "10"),
  LIMIT_WRONG_PINS_PER_HOUR: v.optional(Count(1, 1_000_000), "100"),
  // Set by Deno Deploy itself.
  DENO_DEPLOY: v.optional(Flag, ""),
  DENO_TIMELINE: v.optional(Text),
} as const;

type Name = keyof typeof FORMS;
type Values = { [N in Name]: v.InferOutput<typeof FORMS[N]> };

/** Names of all variables that are read, for the README and its test. */
export const SETTING_NAMES = Object.keys(FORMS) as readonly Name[];

/**
 * The settings in an environment. Set to an empty text means the same as not set, except where a list may be empty on purpose.
 *
 * @throws {SettingsError} naming everything that is wrong.
 */
export function readSettings(
  env: (name: string) => string | undefined,
): Settings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const text = env(name)?.trim();
    const given = text === "" && name !== "STUN_URLS" ? undefined : text;
    const result = v.safeParse(FORMS[name] as v.GenericSchema, given);
    if (result.success) values[name] = result.output;
    else problems.push(`${name} ${result.issues[0].message}`);
  }
  const known = values as Values;
  const environment = known.RINGDOWN_ENV ??
    (known.DENO_DEPLOY ? "production" : "development");
  problems.push(...wrongTogether(known, environment, problems));
  if (problems.length > 0) throw new SettingsError(problems);
  return toSettings(known, environment);
}

/** What is wrong with settings that are each well-formed. */
function wrongTogether(
  values: Values,
  environment: Settings["environment"],
  badAlone: readonly string[],
): string[] {
  const problems: string[] = [];
  const bad = (name: Name) => badAlone.some((p) => p.startsWith(`${name} `));
  const together = (one: Name, other: Name) => {
    if (bad(one) || bad(other)) return;
    const has = (name: Name) =>
      Array.isArray(values[name])
        ? values[name].length > 0
        : values[name] !== undefined;
    if (has(one) && !has(other)) {
      problems.push(`${other} is needed with ${one}`);
    }
    if (has(other) && !has(one)) {
      problems.push(`${one} is needed with ${other}`);
    }
  };
  together("TURN_URLS", "TURN_SECRET");
  together("CLOUDFLARE_TURN_KEY_ID", "CLOUDFLARE_TURN_API_TOKEN");
  together("CLOUDFLARE_APP_ID", "CLOUDFLARE_APP_SECRET");
  if (
    environment === "production" && !values.JWT_SECRET && !bad("JWT_SECRET")
  ) {
    problems.push(
      "JWT_SECRET is needed in production: at least 32 bytes of chance, such as the output of `openssl rand -base64 48`",
    );
  }
  if (values.JWT_SECRET_PREVIOUS && !values.JWT_SECRET && !bad("JWT_SECRET")) {
    problems.push("JWT_SECRET is needed with JWT_SECRET_PREVIOUS");
  }
  const remote = /^https?:/.test(values.DENO_KV_URL ?? "");
  if (remote && !values.DENO_KV_ACCESS_TOKEN) {
    problems.push(
      "DENO_KV_ACCESS_TOKEN is needed when DENO_KV_URL is an address",
    );
  }
  if (values.DENO_DEPLOY && values.DENO_KV_URL && !remote) {
    problems.push(
      "DENO_KV_URL must not be a file on Deno Deploy: leave it out, and attach a database to the app",
    );
  }
  return problems;
}

function toSettings(
  values: Values,
  environment: Settings["environment"],
): Settings {
  const secret = (text: string | undefined) =>
    text === undefined ? undefined : new Secret(text);
  const kvFile = values.DENO_DEPLOY ? undefined : DEFAULT_KV_FILE;
  return {
    environment,
    port: values.PORT,
    host: values.HOST ??
      (environment === "production" ? "0.0.0.0" : "127.0.0.1"),
    publicOrigin: values.PUBLIC_URL,
    deployment: values.PUBLIC_URL ?? values.DENO_TIMELINE ?? environment,
    jwtSecret: secret(values.JWT_SECRET),
    previousJwtSecret: secret(values.JWT_SECRET_PREVIOUS),
    corsOrigins: values.CORS_ORIGIN,
    kvPath: values.DENO_KV_URL ?? kvFile,
    stunUrls: values.STUN_URLS,
    turn: values.TURN_SECRET === undefined ? undefined : {
      urls: values.TURN_URLS,
      secret: new Secret(values.TURN_SECRET),
    },
    cloudflareTurn: values.CLOUDFLARE_TURN_KEY_ID === undefined ? undefined : {
      keyId: values.CLOUDFLARE_TURN_KEY_ID,
      apiToken: new Secret(values.CLOUDFLARE_TURN_API_TOKEN!),
    },
    cloudflareApp: values.CLOUDFLARE_APP_ID === undefined ? undefined : {
      appId: values.CLOUDFLARE_APP_ID,
      appSecret: new Secret(values.CLOUDFLARE_APP_SECRET!),
    },
    createRoomToken: secret(values.CREATE_ROOM_TOKEN),
    metricsToken: secret(values.METRICS_TOKEN),
    trustedProxies: values.TRUST_PROXY,
    limits: {
      messagesPerSecond: values.LIMIT_MESSAGES_PER_SECOND,
      messageBurst: values.LIMIT_MESSAGE_BURST,
      bytesPerSecond: values.LIMIT_BYTES_PER_SECOND,
      byteBurst: values.LIMIT_BYTE_BURST,
      changesPerMinute: values.LIMIT_CHANGES_PER_MINUTE,
      maxBufferedBytes: values.LIMIT_BUFFERED_BYTES,
      connectionsPerMinute: values.LIMIT_CONNECTIONS_PER_MINUTE,
      sockets: values.LIMIT_SOCKETS,
      socketsPerAddress: values.LIMIT_SOCKETS_PER_ADDRESS,
      memoryMib: values.LIMIT_MEMORY_MIB,
      requestsPerMinute: values.LIMIT_REQUESTS_PER_MINUTE,
      roomsPerMinute: values.LIMIT_ROOMS_PER_MINUTE,
      joinsPerMinute: values.LIMIT_JOINS_PER_MINUTE,
      failedJoinsPerMinute: values.LIMIT_FAILED_JOINS_PER_MINUTE,
      wrongPinsPerHour: values.LIMIT_WRONG_PINS_PER_HOUR,
    },
  };
}
