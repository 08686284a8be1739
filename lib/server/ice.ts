/** Servers that help browsers to reach each other: STUN (RFC 8489) and TURN (RFC 8656). */
import type { Clock } from "../protocol/clock.ts";
import type { Settings } from "./settings.ts";

/** What `RTCPeerConnection` wants to know of one server, or of several with the same credentials. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

export interface IceAnswer {
  iceServers: IceServer[];
  /** When the credentials end, in milliseconds since 1970; absent when there are none. */
  iceExpiresAt?: number;
}

/** Life of TURN credentials. Clients ask for new ones before it is over, in the middle of a call. */
const CREDENTIAL_LIFE_SECONDS = 3_600;

/**
 * The servers for one member. Credentials are made as coturn's `use-auth-secret` wants them (draft-uberti-behave-turn-rest-00): the username
 * is the second in which they end and whose they are, the password its HMAC-SHA-1 with the secret that we share with the TURN server.
 */
export async function iceServers(
  settings: Pick<Settings, "stunUrls" | "turn">,
  memberId: string,
  clock: Clock,
): Promise<IceAnswer> {
  const { stunUrls, turn } = settings;
  const stun = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
  if (!turn) return { iceServers: stun };
  const expiry = Math.floor(clock.now() / 1_000) + CREDENTIAL_LIFE_SECONDS;
  const username = `${expiry}:${memberId}`;
  const credential = await hmacSha1(turn.secret.bytes(), username);
  return {
    iceServers: [...stun, { urls: [...turn.urls], username, credential }],
    iceExpiresAt: expiry * 1_000,
  };
}

async function hmacSha1(
  secret: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, [
    "sign",
  ]);
  const bytes = new TextEncoder().encode(text);
  const signature = await crypto.subtle.sign("HMAC", key, bytes);
  return new Uint8Array(signature).toBase64();
}
