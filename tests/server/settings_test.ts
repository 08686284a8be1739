import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  readSettings,
  SETTING_NAMES,
  SettingsError,
} from "@/lib/server/settings.ts";

const SECRET = "xJ2vQ9mT4kLw8RzB6nYc1HfD3gPs5aUe7iOq0tXb";

function read(env: Record<string, string>) {
  return readSettings((name) => env[name]);
}

/** The lines of the error that these settings end in; none when they are fine. */
function problems(env: Record<string, string>): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

Deno.test("readSettings() with nothing set gives a development server on this machine only", () => {
  const settings = read({});
  assertEquals(settings.environment, "development");
  assertEquals(settings.host, "127.0.0.1");
  assertEquals(settings.port, 8000);
  assertEquals(settings.kvPath, ".data/ringdown.kv");
  assertEquals(settings.jwtSecret, undefined);
  assertEquals(settings.corsOrigins, []);
  assertEquals(settings.stunUrls.length, 1);
  assertEquals(settings.trustedProxies, 0);
  assertEquals(settings.limits, {
    messagesPerSecond: 50,
    messageBurst: 200,
    bytesPerSecond: 65_536,
    byteBurst: 1_048_576,
    changesPerMinute: 120,
    maxBufferedBytes: 262_144,
    connectionsPerMinute: 30,
    sockets: 12_000,
    socketsPerAddress: 500,
    memoryMib: undefined,
    requestsPerMinute: 600,
    roomsPerMinute: 20,
    joinsPerMinute: 60,
    failedJoinsPerMinute: 10,
    wrongPinsPerHour: 100,
  });
});

Deno.test("readSettings() reads every variable", () => {
  const settings = read({
    RINGDOWN_ENV: "production",
    PORT: "9001",
    HOST: "::",
    PUBLIC_URL: "https://calls.example.org/",
    JWT_SECRET: SECRET,
    JWT_SECRET_PREVIOUS: `${SECRET}2`,
    CORS_ORIGIN: "https://one.example, https://two.example:8443",
    DENO_KV_URL: "https://kv.example/connect",
    DENO_KV_ACCESS_TOKEN: "abcdefgh",
    STUN_URLS: "",
    TURN_URLS: "turn:turn.example:3478?transport=udp turns:turn.example:5349",
    TURN_SECRET: "0123456789abcdef",
    CLOUDFLARE_TURN_KEY_ID: "key",
    CLOUDFLARE_TURN_API_TOKEN: "token",
    CLOUDFLARE_APP_ID: "app",
    CLOUDFLARE_APP_SECRET: "secret",
    CREATE_ROOM_TOKEN: "0123456789abcdef",
    METRICS_TOKEN: "fedcba9876543210",
    TRUST_PROXY: "2",
    LIMIT_MESSAGES_PER_SECOND: "10",
  });
  assertEquals(settings.environment, "production");
  assertEquals(settings.port, 9001);
  assertEquals(settings.host, "::");
  assertEquals(settings.publicOrigin, "https://calls.example.org");
  assertEquals(settings.deployment, "https://calls.example.org");
  assertEquals(settings.jwtSecret?.reveal(), SECRET);
  assertEquals(settings.previousJwtSecret?.reveal(), `${SECRET}2`);
  assertEquals(settings.corsOrigins, [
    "https://one.example",
    "https://two.example:8443",
  ]);
  assertEquals(settings.kvPath, "https://kv.example/connect");
  assertEquals(settings.stunUrls, []);
  assertEquals(settings.turn?.urls.length, 2);
  assertEquals(settings.turn?.secret.reveal(), "0123456789abcdef");
  assertEquals(settings.cloudflareTurn?.apiToken.reveal(), "token");
  assertEquals(settings.cloudflareApp?.appSecret.reveal(), "secret");
  assertEquals(settings.createRoomToken?.reveal(), "0123456789abcdef");
  assertEquals(settings.metricsToken?.reveal(), "fedcba9876543210");
  assertEquals(settings.trustedProxies, 2);
  assertEquals(settings.limits.messagesPerSecond, 10);
});

Deno.test("readSettings() on Deno Deploy is production, on the platform's own database", () => {
  const settings = read({
    DENO_DEPLOY: "1",
    DENO_TIMELINE: "git-branch/main",
    JWT_SECRET: SECRET,
  });
  assertEquals(settings.environment, "production");
  assertEquals(settings.host, "0.0.0.0");
  assertEquals(settings.kvPath, undefined);
  assertEquals(settings.deployment, "git-branch/main");
  assertEquals(problems({ DENO_DEPLOY: "1" }).length, 1);
  assertEquals(
    problems({ DENO_DEPLOY: "1", JWT_SECRET: SECRET, DENO_KV_URL: "x.kv" })
      .length,
    1,
  );
});

Deno.test("readSettings() names every bad setting at once", () => {
  const found = problems({
    RINGDOWN_ENV: "staging",
    PORT: "99999",
    JWT_SECRET: "short",
    CORS_ORIGIN: "*",
    TURN_URLS: "turn:turn.example",
    CLOUDFLARE_APP_ID: "app",
    LIMIT_MESSAGE_BURST: "many",
  });
  const names = found.map((line) => line.split(" ")[0]).sort();
  assertEquals(names, [
    "CLOUDFLARE_APP_SECRET",
    "CORS_ORIGIN",
    "JWT_SECRET",
    "LIMIT_MESSAGE_BURST",
    "PORT",
    "RINGDOWN_ENV",
    "TURN_SECRET",
  ]);
});

const BAD: [name: string, value: string][] = [
  ["PORT", "-1"],
  ["PORT", "80.5"],
  ["PORT", "http"],
  ["PORT", "65536"],
  ["HOST", "two words"],
  ["PUBLIC_URL", "calls.example.org"],
  ["PUBLIC_URL", "https://calls.example.org/path"],
  ["PUBLIC_URL", "https://user:pass@calls.example.org"],
  ["PUBLIC_URL", "ftp://calls.example.org"],
  ["CORS_ORIGIN", "null"],
  ["CORS_ORIGIN", "https://one.example https://*.two.example/x"],
  ["DENO_KV_URL", "postgres://db"],
  ["STUN_URLS", "stun.example:3478"],
  ["STUN_URLS", "turn:turn.example"],
  ["STUN_URLS", Array(9).fill("stun:a.example").join(" ")],
  ["TURN_URLS", "stun:stun.example"],
  ["TURN_SECRET", "short"],
  ["CREATE_ROOM_TOKEN", "short"],
  ["METRICS_TOKEN", "with spaces in it, long enough"],
  ["TRUST_PROXY", "yes please"],
  ["TRUST_PROXY", "9"],
  ["LIMIT_BUFFERED_BYTES", "100"],
  ["LIMIT_BYTE_BURST", "65535"],
  ["LIMIT_WRONG_PINS_PER_HOUR", "1e3"],
  ...SETTING_NAMES.filter((name) => name.startsWith("LIMIT_")).flatMap((
    name,
  ): [string, string][] => [[name, "0"], [name, "999999999"], [name, "-1"]]),
];

for (const [name, value] of BAD) {
  Deno.test(`readSettings() refuses ${name}=${value.slice(0, 40)}`, () => {
    const found = problems({
      [name]: value,
      ...name === "TURN_URLS" ? { TURN_SECRET: "0123456789abcdef" } : {},
    });
    assertEquals(found.filter((line) => line.startsWith(`${name} `)).length, 1);
  });
}

const WEAK = [
  "short",
  "x".repeat(31),
  "a".repeat(64),
  "secretsecretsecretsecretsecretsecret",
  "change-me-change-me-change-me-change-me",
  "your-secret-key-at-least-32-characters-long",
  "your-super-secret-jwt-token-with-at-least-32-characters-long",
  "this_is_my_default_development_jwt_secret_key",
  "0101010101010101010101010101010101010101",
];

for (const secret of WEAK) {
  Deno.test(`readSettings() refuses the secret "${secret.slice(0, 24)}…"`, () => {
    for (const name of ["JWT_SECRET", "JWT_SECRET_PREVIOUS"]) {
      const found = problems({ JWT_SECRET: SECRET, [name]: secret });
      assertEquals(found.length, 1);
      assert(found[0].startsWith(`${name} `));
    }
  });
}

Deno.test("readSettings() takes any secret made by chance", () => {
  for (let i = 0; i < 2_000; i++) {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    for (const secret of [bytes.toHex(), bytes.toBase64()]) {
      assertEquals(problems({ JWT_SECRET: secret }), []);
    }
  }
});

Deno.test("readSettings() in production needs a secret", () => {
  for (const secret of ["", "  "]) {
    const found = problems({
      RINGDOWN_ENV: "production",
      JWT_SECRET: secret,
    });
    assertEquals(found.length, 1);
    assert(found[0].startsWith("JWT_SECRET "));
  }
  assertEquals(problems({ RINGDOWN_ENV: "production" }).length, 1);
  assertEquals(problems({ JWT_SECRET_PREVIOUS: SECRET }).length, 1);
});

Deno.test("readSettings() wants both of a pair, or neither", () => {
  const pairs = [
    ["TURN_URLS", "turn:turn.example"],
    ["TURN_SECRET", "0123456789abcdef"],
    ["CLOUDFLARE_TURN_KEY_ID", "x"],
    ["CLOUDFLARE_TURN_API_TOKEN", "x"],
    ["CLOUDFLARE_APP_ID", "x"],
    ["CLOUDFLARE_APP_SECRET", "x"],
    ["DENO_KV_URL", "https://kv.example"],
  ];
  for (const [name, value] of pairs) {
    const found = problems({ [name]: value });
    assertEquals(found.length, 1, name);
    assert(found[0].includes(name), name);
  }
});

Deno.test("SettingsError shows no value of any setting", () => {
  for (const name of SETTING_NAMES) {
    const value = "zq\u0001Zebra value";
    if (name.startsWith("DENO_DEPLOY")) continue;
    const error = problems({ [name]: value }).join("\n");
    assert(!error.includes("Zebra"), name);
  }
  const error = assertThrows(() => read({ PORT: "x" }), SettingsError);
  assert(error.message.startsWith("Ringdown cannot start"));
});

Deno.test("Settings hide their secrets from whoever prints or serialises them", () => {
  const settings = read({
    JWT_SECRET: SECRET,
    METRICS_TOKEN: "fedcba9876543210",
  });
  for (
    const shown of [
      JSON.stringify(settings),
      Deno.inspect(settings, { depth: 9 }),
      `${settings.jwtSecret}`,
    ]
  ) {
    assert(!shown.includes(SECRET) && !shown.includes("fedcba"));
  }
});
