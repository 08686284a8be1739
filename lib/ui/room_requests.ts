/** What the home page asks of the service. Loaded when it first does, or a moment after the page. */
import { type ApiOptions, createRoom, type NewRoom } from "@/lib/client/api.ts";
import { createRoomMessage, failureCode } from "@/lib/ui/messages.ts";
import { keepHostToken } from "@/lib/ui/storage.ts";

export { listRooms } from "@/lib/client/api.ts";

/** No room was made: `message` says why to people, and `cause` to programs. */
export class NoRoomError extends Error {
  override name = "NoRoomError";

  /** @param cause What was thrown at the attempt. */
  constructor(cause: unknown) {
    const { title, text } = createRoomMessage(failureCode(cause));
    super(`${title}. ${text}`, { cause });
  }
}

/**
 * Makes a room whose host is this browser.
 *
 * @returns The path of its page.
 * @throws {NoRoomError}
 */
export async function makeRoom(
  wish: NewRoom,
  options: ApiOptions = {},
): Promise<string> {
  try {
    const { roomId, hostToken } = await createRoom(wish, options);
    keepHostToken(roomId, hostToken);
    return `/r/${wish.slug ?? roomId}`;
  } catch (cause) {
    throw new NoRoomError(cause);
  }
}
