/** What the library takes from the browser. Each piece can be replaced, so that tests run on virtual time and fakes. */
import { type Clock, SYSTEM_CLOCK } from "../protocol/clock.ts";
import type { FirstOffer } from "./mesh/first_offer.ts";

/** The browser's side of the library. */
export interface Platform {
  /** For joining and making rooms. */
  fetch: typeof fetch;
  /** For the link to the server. */
  WebSocket: typeof WebSocket;
  /** For media and data between pages. */
  RTCPeerConnection: typeof RTCPeerConnection;
  /** For what is played and shown. */
  MediaStream: typeof MediaStream;
  /** Time and timers. */
  clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random: () => number;
  /** Where `online` and `offline` come from: `window`. Null where there is none. */
  window: EventTarget | null;
  /** Where `visibilitychange` comes from: `document`. Null where there is none. */
  document: (EventTarget & { readonly visibilityState: string }) | null;
  /** Gives, once, the offer that the page has made already. Null: there is none. */
  takeFirstOffer: () => FirstOffer | null;
}

/** This browser, with what `instead` puts in place of its pieces. Nothing of it is touched before this is called. */
export function browserPlatform(instead: Partial<Platform> = {}): Platform {
  return {
    fetch: (input, init) => fetch(input, init),
    WebSocket: globalThis.WebSocket,
    RTCPeerConnection: globalThis.RTCPeerConnection,
    MediaStream: globalThis.MediaStream,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    window: globalThis.window ?? null,
    document: globalThis.document ?? null,
    takeFirstOffer: () => null,
    ...instead,
  };
}
