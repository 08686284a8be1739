/** The sizes and times that both ends obey. `docs/protocol.md` section 10. Bytes are UTF-8 bytes, times are milliseconds. */

/** The versions of the live protocol that this code speaks, best first. They travel as WebSocket subprotocols (RFC 6455, 1.9). */
export const SUBPROTOCOLS = ["ringdown.v1"] as const;
/** Prefix of the subprotocol that carries the member token; it is never echoed. */
export const TOKEN_SUBPROTOCOL_PREFIX = "token.";

export const MAX_FRAME_BYTES = 65_536;
export const MAX_SIGNAL_BYTES = 32_768;
export const MAX_NAME_CHARACTERS = 64;
export const MAX_SEATS = 64;
export const MIN_SEATS = 2;

/** Signals that a sender keeps per pair and direction until they are acknowledged. */
export const MAX_RETAINED_SIGNALS = 512;
/** Bytes of `data` that a sender keeps per pair and direction. */
export const MAX_RETAINED_BYTES = 1_048_576;
/** Unacknowledged signals of a pair that are under way at a time. */
export const SIGNAL_WINDOW = 64;
/** Bytes of those; one signal may always go. Those of eight others at once fit into the 256 KiB that may wait for one socket. */
export const SIGNAL_WINDOW_BYTES = 32_768;
/** How long a recipient may wait before it acknowledges by the server: each acknowledgement may cost a write there, and one does for many signals. */
export const SIGNAL_ACK_DELAY_MS = 200;
/** So many it acknowledges at once: whoever sends again what an outage has held up is not kept waiting. */
export const SIGNAL_ACK_AT = 16;
/** Waits before unacknowledged signals are sent again; the last one repeats. */
export const RESEND_DELAYS_MS = [1_000, 2_000, 4_000, 8_000] as const;

/** How long a seat is kept for a member that is away, or that has joined and not yet connected. */
export const SEAT_KEPT_MS = 45_000;
/** How long after going away a member may still return under its id, if a seat is free. */
export const RETURN_MS = 120_000;
/** Life of a member token. */
export const TOKEN_LIFE_MS = 7_200_000;
/** When a fresh token is sent: two thirds of the old one's life. */
export const TOKEN_RENEWAL_MS = 4_800_000;
/** How long after its issue a token is taken in a URL. */
export const URL_TOKEN_LIFE_MS = 60_000;
