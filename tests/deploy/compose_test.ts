import { assert, assertEquals, assertThrows } from "@std/assert";
import { parse } from "yaml";
import { readSettings, SETTING_NAMES } from "@/lib/server/settings.ts";
import { ROOT } from "@/offline/paths.ts";

interface Service {
  image: string;
  build?: string;
  environment: Record<string, string | number>;
  depends_on?: string[];
  volumes?: string[];
  ports?: string[];
  profiles?: string[];
}

const read = (path: string) => Deno.readTextFile(`${ROOT}/${path}`);
const { services, volumes } = parse(await read("compose.yaml")) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const instances = Object.entries(services)
  .filter(([name]) => name.startsWith("ringdown"));

/** A value with `${NAME:-…}` and `${NAME:?…}` put in, as compose does. */
const filled = (value: string | number, env: Record<string, string>) =>
  String(value).replaceAll(
    /\$\{(\w+):([?-])([^}]*)\}/g,
    (_, name, kind, rest) => {
      if (env[name]) return env[name];
      if (kind === "?") throw new Error(`${name} ${rest}`);
      return rest;
    },
  );

Deno.test("compose.yaml: three instances that start with what .env must hold, and not without", () => {
  assertEquals(instances.length, 3);
  for (const [, { environment, build }] of instances) {
    assertEquals(build, ".");
    for (const name of Object.keys(environment)) {
      assert((SETTING_NAMES as readonly string[]).includes(name), name);
    }
    const start = (env: Record<string, string>) =>
      readSettings((name) => {
        if (name === "RINGDOWN_ENV") return "production";
        return name in environment ? filled(environment[name], env) : undefined;
      });
    const env: Record<string, string> = {
      DOMAIN: "calls.example.org",
      JWT_SECRET: "a secret of forty-eight bytes of chance, or more",
      DENO_KV_ACCESS_TOKEN: "a-token-of-denokv",
    };
    const settings = start(env);
    assertEquals(settings.kvPath, "http://denokv:4512");
    assertEquals(settings.publicOrigin, "https://calls.example.org");
    // Behind Caddy alone.
    assertEquals(settings.trustedProxies, 1);
    for (const name of Object.keys(env)) {
      assertThrows(() => start({ ...env, [name]: "" }), Error, name);
    }
  }
});

Deno.test("compose.yaml: Caddy alone is reached from outside, and reaches every instance", async () => {
  const open = Object.entries(services).filter(([, { ports }]) => ports);
  assertEquals(open.map(([name]) => name), ["proxy"]);
  const caddyfile = await read("deploy/Caddyfile");
  const [, upstreams] = caddyfile.match(/reverse_proxy ([^{]+)\{/)!;
  assertEquals(
    upstreams.trim().split(" "),
    instances.map(([name]) => `${name}:8000`),
  );
  const [, uri] = caddyfile.match(/health_uri \/(\S+)/)!;
  await Deno.stat(`${ROOT}/routes/${uri}.ts`);
});

Deno.test("compose.yaml: what it mounts, keeps and depends on is there", async () => {
  for (const service of Object.values(services)) {
    for (const volume of service.volumes ?? []) {
      const [from] = volume.split(":");
      if (from.startsWith("./")) await Deno.stat(`${ROOT}/${from.slice(2)}`);
      else assert(from in volumes, from);
    }
    for (const name of service.depends_on ?? []) {
      assert(name in services, name);
    }
    // No image without a version.
    assert(service.build || /:\d/.test(service.image), service.image);
  }
});

/** An IPv4 address as a number. */
const number = (address: string) =>
  address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

Deno.test("turnserver.conf: no relay leads into private networks", async () => {
  const lines = (await read("deploy/turnserver.conf")).split("\n");
  const denied = lines.filter((line) => line.startsWith("denied-peer-ip="))
    .map((line) => line.slice("denied-peer-ip=".length).split("-"));
  const denies = (address: string) =>
    denied.some(([first, last = first]) =>
      first.includes(".") && number(address) >= number(first) &&
      number(address) <= number(last)
    );
  for (
    const address of [
      "0.0.0.1",
      "10.1.2.3",
      "100.64.0.1",
      "127.0.0.1",
      "169.254.169.254",
      "172.31.255.255",
      "192.0.0.8",
      "192.168.1.1",
      "198.19.0.1",
      "239.1.1.1",
      "255.255.255.255",
    ]
  ) assert(denies(address), address);
  for (const address of ["1.1.1.1", "172.32.0.1", "203.0.113.7"]) {
    assert(!denies(address), address);
  }
  // Unspecified, loopback, IPv4 in IPv6, NAT64, unique local, link local.
  const firsts = denied.map(([first]) => first);
  for (
    const first of [
      "::",
      "::1",
      "::ffff:0:0",
      "64:ff9b::",
      "64:ff9b:1::",
      "fc00::",
      "fe80::",
    ]
  ) assert(firsts.includes(first), first);
  for (const option of ["use-auth-secret", "no-multicast-peers", "no-cli"]) {
    assert(lines.includes(option), option);
  }
});
