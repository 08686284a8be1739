import { useSignal } from "@preact/signals";
import { HttpError, page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { define } from "@/lib/define.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { publicRoom } from "@/lib/server/rooms.ts";
import type { Entry } from "@/lib/ui/call_state.ts";
import { earlyScript, enterWith } from "@/lib/ui/early_entry.ts";
import { thenModules } from "@/lib/ui/held_modules.ts";
import { pageRoom } from "@/lib/ui/page_room.ts";
import { NoScript } from "@/components/NoScript.tsx";
import Call from "@/islands/Call.tsx";
import Lobby from "@/islands/Lobby.tsx";

/**
 * Loads what the public may know of the room. `?enter` opens the microphone without a further click, so it counts only where the person's
 * own hand or a page of ours led here; who follows another site's link sees the lobby.
 */
export const handler = define.handlers({
  async GET({ req, state, params, url }) {
    const record = await state.instance.rooms.find(params.room)
      .catch(toHttpError);
    if (record === null) throw new HttpError(404, "room-not-found");
    const room = pageRoom(publicRoom(record), params.room);
    // A PIN has to be asked for somewhere.
    const enter = room.pinRequired || !isOwnDoing(req)
      ? null
      : enterWith(url.searchParams);
    const name = url.searchParams.get("name") ?? "";
    state.firstScript = thenModules(earlyScript(room.roomId, enter, name));
    return page({ room, enter, name });
  },
});

/** A room: the lobby, the call, and what comes after it. */
export default define.page<typeof handler>(function RoomPage({ data }) {
  const { room, enter, name } = data;
  const entry = useSignal<Entry | null>(null);
  const refusal = useSignal<string | null>(null);
  return (
    <>
      <Head>
        <title>{room.name || "A call"} – Ringdown</title>
        <meta name="robots" content="noindex" />
        <link rel="stylesheet" href={asset("/room.css")} />
      </Head>
      <div class="room">
        {enter === null && (
          <Lobby
            room={room}
            initialName={name}
            entry={entry}
            refusal={refusal}
          />
        )}
        <Call
          room={room}
          entering={enter !== null}
          entry={entry}
          refusal={refusal}
        />
        <NoScript />
      </div>
    </>
  );
});

/**
 * By Fetch Metadata, which a page cannot forge. A browser that is too old for it sends none, and `none` is what people typed or had kept. A
 * page that is loaded in advance may never be looked at.
 */
function isOwnDoing(request: Request): boolean {
  if (request.headers.has("Sec-Purpose")) return false;
  const site = request.headers.get("Sec-Fetch-Site");
  return site === null || site === "none" || site === "same-origin";
}

/** What the error page can tell people; anything else is a defect. */
function toHttpError(error: unknown): never {
  if (error instanceof ProtocolError && error.code === "unavailable") {
    throw new HttpError(503, error.code, { cause: error });
  }
  throw error;
}
