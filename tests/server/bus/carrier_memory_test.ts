import { MemoryHub } from "@/lib/server/bus/carrier_memory.ts";
import { busContract } from "./contract.ts";

const hub = new MemoryHub();
busContract("MemoryHub", () => hub.carrier());
