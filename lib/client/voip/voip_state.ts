/** What a `VOIPService` shows of itself. */
import type { LocalDeviceState } from "../media/local_device.ts";

/** A `VOIPService` at one moment. */
export interface VOIPState {
  /** `off`: closed. `muted`: open, but sending digital silence. `failed`: it was lost, or could not be opened. */
  readonly microphone: LocalDeviceState["status"];
  /** `muted`: what the other says is not heard. */
  readonly speaker: "on" | "muted";
  /** As of `VOIPService.getConnectionState`. */
  readonly connection: RTCPeerConnectionState | null;
  /** How loud the microphone is, from 0 (silent, muted or off) to 100 (loud speech). */
  readonly inputLevel: number;
  /**
   * From 0 (not connected) to 100. Measured about every 2 s while connected, from loss, delay and jitter (`Quality.score`); 100 before the
   * second look, and 50 while the connection is made.
   */
  readonly quality: number;
}
