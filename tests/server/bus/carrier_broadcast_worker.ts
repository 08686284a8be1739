import { BroadcastCarrier } from "@/lib/server/bus/carrier_broadcast.ts";
import { Listener } from "./contract.ts";

/** An isolate that echoes what comes to `there` back to `here`. */
const { bus } = new Listener("there", [new BroadcastCarrier()]);
bus.onMessage = (message) => bus.send("here", message);
(self as unknown as Worker).postMessage("ready");
