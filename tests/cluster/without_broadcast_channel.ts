/** Serves the built product on a platform that has no BroadcastChannel, as Deno before 2.6 by default. */
Reflect.deleteProperty(globalThis, "BroadcastChannel");
const built = new URL("../../_fresh/server.js", import.meta.url);
const { default: server } = await import(built.href);
export default server;
