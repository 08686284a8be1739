import { SYSTEM_CLOCK } from "../protocol/clock.ts";
import { BroadcastCarrier } from "./bus/carrier_broadcast.ts";
import { servedWith } from "./built_with.ts";
import { leaveInGoodOrder } from "./departure.ts";
import { developmentSecret } from "./development_secret.ts";
import { Instance } from "./instance.ts";
import { collectLeftovers, collector } from "./leftovers.ts";
import { Log } from "./log.ts";
import { addProcessMetrics } from "./process_metrics.ts";
import { Secret } from "./secret.ts";
import { readSettings, type Settings, SettingsError } from "./settings.ts";
import { Store } from "./store.ts";

/** Starts this process's instance with the settings in its environment. Settings that are wrong end the process, and say what is wrong. */
export async function start(): Promise<Instance> {
  const log = new Log((line) => console.log(line), SYSTEM_CLOCK);
  survive(log);
  const settings = settingsOrExit();
  const remote = settings.kvPath === undefined ||
    /^https?:/.test(settings.kvPath);
  const store = new Store(() => openKv(settings), SYSTEM_CLOCK, { remote });
  settings.jwtSecret ??= await developmentSecret(store).catch((error) => {
    // Without its database this server can do nothing but say so; when that comes back, tokens from before a restart are void.
    log.warn("secret-not-kept", { error });
    return new Secret(crypto.randomUUID() + crypto.randomUUID());
  });
  const instance = new Instance({
    settings,
    store,
    // Deno before 2.6 has no BroadcastChannel, and not every host lets it through.
    carriers: "BroadcastChannel" in globalThis ? [new BroadcastCarrier()] : [],
    log,
  });
  const { metrics } = instance;
  addProcessMetrics(metrics.registry, SYSTEM_CLOCK);
  collectLeftovers(
    () => metrics.connections + metrics.endedConnections.total(),
    SYSTEM_CLOCK,
    collector(),
  );
  leaveInGoodOrder(instance);
  const { fresh, djwt, version } = servedWith();
  instance.log.info("instance-started", {
    version: `fresh-${version}/${fresh}/djwt/${djwt}`,
  });
  return instance;
}

function settingsOrExit(): Settings {
  try {
    return readSettings((name) => Deno.env.get(name));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

async function openKv({ kvPath }: Settings): Promise<Deno.Kv> {
  const folder = kvPath?.includes(":")
    ? undefined
    : kvPath?.match(/^(.+)\//)?.[1];
  if (folder) await Deno.mkdir(folder, { recursive: true });
  return await Deno.openKv(kvPath);
}

/** Whatever escapes from a callback is logged; it must not end the process, and with it every call. */
function survive(log: Log): void {
  addEventListener("error", (event) => {
    event.preventDefault();
    log.error("uncaught-error", { error: event.error });
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled-rejection", { error: event.reason });
  });
}
