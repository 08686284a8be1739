/** What can fail in the client library: what the server says (`ProtocolError`) and what never reached it (`NetworkError`). */
import type { ProtocolError } from "../protocol/errors.ts";

/**
 * - `network`: no answer came (offline, refused, timed out). Trying again may help.
 * - `bad-response`: an answer came that is not Ringdown's, such as a proxy's page.
 */
export type NetworkErrorCode = "network" | "bad-response";

/** A request that got no usable answer. */
export class NetworkError extends Error {
  /** Always `NetworkError`. */
  override name = "NetworkError";
  /** Why, for programs. `message` says it for people who program. */
  readonly code: NetworkErrorCode;

  /** Made by this library. */
  constructor(code: NetworkErrorCode, options?: { cause?: unknown }) {
    super(
      code === "network"
        ? "The server cannot be reached."
        : "The answer is not one of this service.",
      options,
    );
    this.code = code;
  }
}

/** Every failure that this library reports. Tell them apart by `code`: a closed union of both classes' codes. */
export type ClientError = ProtocolError | NetworkError;
