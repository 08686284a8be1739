/** What has changed about a room, in words for everyone in it. */
import type { Room, RoomMedia } from "@/lib/protocol/room.ts";

/** What is allowed and what is not, by kind. */
const MEDIA: Record<keyof RoomMedia, { on: string; off: string }> = {
  audio: {
    on: "You can speak again: sound is allowed.",
    off: "Sound is switched off in this room.",
  },
  video: {
    on: "Cameras are allowed again.",
    off: "Cameras are switched off in this room.",
  },
  screen: {
    on: "Screens can be shared again.",
    off: "Screen sharing is switched off in this room.",
  },
  chat: {
    on: "The chat is open again.",
    off: "The chat is switched off in this room.",
  },
};

/** A sentence for each thing that is different; none when nothing is that people would notice. */
export function roomNews(before: Room, after: Room): string[] {
  const news: string[] = [];
  const { name, locked, pinRequired, listed, maxParticipants, media } = after;
  if (name !== before.name && name !== "") {
    news.push(`The room is called “${name}” now.`);
  }
  if (locked !== before.locked) {
    news.push(
      locked
        ? "The room is locked: nobody new can join."
        : "The room is unlocked: people can join again.",
    );
  }
  for (const kind of Object.keys(MEDIA) as (keyof RoomMedia)[]) {
    if (media[kind] === before.media[kind]) continue;
    news.push(media[kind] ? MEDIA[kind].on : MEDIA[kind].off);
  }
  if (pinRequired !== before.pinRequired) {
    news.push(
      pinRequired ? "The room has a PIN now." : "The room has no PIN any more.",
    );
  }
  if (maxParticipants !== before.maxParticipants) {
    news.push(`The room has ${maxParticipants} seats now.`);
  }
  if (listed !== before.listed) {
    news.push(
      listed
        ? "The room is shown on the home page now."
        : "The room is no longer shown on the home page.",
    );
  }
  return news;
}
