import { BroadcastBus } from "@/lib/server/bus_broadcast.ts";

/** An isolate that echoes what comes to `there` back to `here`. */
const bus = new BroadcastBus();
bus.subscribe("there", (message) => void bus.publish("here", message));
(self as unknown as Worker).postMessage("ready");
