/**
 * Entering without a lobby, by `?enter` in the link or by a reload in the middle of a call. The page's very first script asks for the seat,
 * and begins to connect, before style sheets and modules are there: `islands/Call.tsx` takes it up from here.
 */
import {
  type EarlyConnection,
  earlyConnectionSource,
} from "@/lib/ui/early_connection.ts";
import {
  callKey,
  hostKey,
  type KeptCall,
  type KeptSound,
  NAME_KEY,
  SOUND_KEY,
} from "@/lib/ui/storage.ts";

/** What people bring along: both, the microphone alone, or neither. */
export type EnterWith = "video" | "sound" | "none";

/** What `?enter=…` asks for; null when the link does not ask to enter at once. */
export function enterWith(query: URLSearchParams): EnterWith | null {
  const value = query.get("enter");
  if (value === null) return null;
  return value === "video" || value === "none" ? value : "sound";
}

/** How somebody enters at once, and the answer to the request for a seat. */
export interface EarlyEntry {
  room: string;
  name: string;
  microphone: boolean;
  camera: boolean;
  /** Of the earlier life of this page. */
  token?: string;
  seat: Promise<Response>;
  /** Complete once the seat is answered. */
  connection: EarlyConnection;
}

interface EarlyPage {
  room: string;
  enter: EnterWith | null;
  /** As the link says it; may be empty. */
  name: string;
  /** The keys of `storage.ts`. */
  keys: { call: string; host: string; name: string; sound: string };
}

/** Where the script leaves what it has begun. */
interface EarlyWindow {
  earlyEntry?: EarlyEntry;
}

/** The page's first script, for that room. `enter`: what the link asks for, null when there is a lobby. */
export function earlyScript(
  room: string,
  enter: EnterWith | null,
  name: string,
): string {
  const page: EarlyPage = {
    room,
    enter,
    name,
    keys: {
      call: callKey(room),
      host: hostKey(room),
      name: NAME_KEY,
      sound: SOUND_KEY,
    },
  };
  // No text of a link may end the script.
  const json = JSON.stringify(page).replaceAll("<", "\\u003c");
  return `(${enterEarly})(${json},${earlyConnectionSource()})`;
}

/** What the page's first script has begun; null on the server, and where there is a lobby first. */
export function earlyEntry(): EarlyEntry | null {
  return (globalThis as EarlyWindow).earlyEntry ?? null;
}

/** Makes the request of `joinRoom`, which is not loaded yet. Its source is put into the page: it must not use anything of this module. */
function enterEarly(
  { room, enter, name, keys }: EarlyPage,
  connectEarly: (
    request: Promise<Response>,
    early: EarlyConnection,
  ) => Promise<Response>,
): void {
  if (!("RTCPeerConnection" in globalThis)) return;
  const read = (storage: "localStorage" | "sessionStorage", key: string) => {
    try {
      return globalThis[storage].getItem(key);
    } catch {
      return null; // blocked
    }
  };
  const parsed = (text: string | null) => {
    try {
      return Object(JSON.parse(text ?? "null"));
    } catch {
      return {}; // Somebody meddled with it.
    }
  };
  const kept: Partial<KeptCall> = parsed(read("sessionStorage", keys.call));
  const { token } = kept;
  const isKept = typeof token === "string" && typeof kept.name === "string";
  if (!isKept && enter === null) return;
  const how = isKept
    ? {
      token,
      name: kept.name!,
      microphone: kept.microphone === true,
      camera: kept.camera === true,
    }
    : {
      name: name || read("localStorage", keys.name) || "Guest",
      microphone: enter !== "none",
      camera: enter === "video",
    };
  const bearer = how.token ?? read("localStorage", keys.host);
  const request = fetch(`/api/rooms/${room}/join`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify({ name: how.name }),
    signal: AbortSignal.timeout(15_000),
  });
  const { masterVolume = 100, speakerId }: Partial<KeptSound> = parsed(
    read("localStorage", keys.sound),
  );
  const connection: EarlyConnection = { frames: [] };
  // Whoever wants it otherwise hears it once it is so.
  if (masterVolume === 100 && speakerId === undefined) {
    connection.sound = new Audio();
  }
  const seat = connectEarly(request, connection);
  seat.catch(() => {}); // Told when the call takes it up.
  (globalThis as EarlyWindow).earlyEntry = { room, ...how, seat, connection };
}
