import { MemoryHub } from "@/lib/server/bus_memory.ts";
import { busContract } from "./bus_contract.ts";

const hub = new MemoryHub();
busContract("MemoryHub.bus", () => hub.bus());
