/** What somebody fills in for a new room. */
import type { NewRoom } from "@/lib/client/api.ts";
import {
  DEFAULT_MEDIA,
  DEFAULT_SEATS,
  MESH_SEATS,
  type RoomMedia,
  type RoomType,
} from "@/lib/protocol/room.ts";

/** How long a room may live, in seconds; null: until somebody closes it. */
export const LIVES: readonly { life: number | null; text: string }[] = [
  { life: 3_600, text: "An hour" },
  { life: 86_400, text: "A day" },
  { life: 604_800, text: "A week" },
  { life: 2_592_000, text: "30 days" },
  { life: null, text: "Until a host ends it" },
];

/** The form as it stands: texts as they were typed. */
export interface RoomWish {
  type: RoomType;
  name: string;
  slug: string;
  pin: string;
  seats: string;
  listed: boolean;
  media: RoomMedia;
  life: number | null;
}

/** The form as it is at first. */
export function newRoomWish(): RoomWish {
  return ofType("video", {
    name: "",
    slug: "",
    pin: "",
    listed: false,
    life: 86_400,
  });
}

/** The same room, as another kind: with the seats and what is allowed that rooms of that kind have. */
export function ofType(
  type: RoomType,
  wish: Omit<RoomWish, "type" | "seats" | "media">,
): RoomWish {
  return {
    ...wish,
    type,
    seats: String(DEFAULT_SEATS[type]),
    media: DEFAULT_MEDIA[type],
  };
}

/** What to ask the server for. What cannot be right goes as it is: the server says what is wrong with it. */
export function asked(wish: RoomWish): NewRoom {
  const { type, name, slug, pin, seats, listed, media, life } = wish;
  return {
    type,
    name,
    listed,
    media,
    maxParticipants: seatsOf(seats),
    ...slug.trim() !== "" && { slug: slug.trim().toLowerCase() },
    ...pin !== "" && { pin },
    ...life === null ? { persistent: true } : { expiresIn: life },
  };
}

/** A number of seats as it was typed; 0 for what is no number. */
export function seatsOf(text: string): number {
  const seats = Number(text);
  return Number.isFinite(seats) ? seats : 0;
}

/** What to think of before so many are let in; null: nothing. Without an SFU everyone sends to everyone. */
export function seatsAdvice(
  text: string,
  { audio, video, screen }: RoomMedia,
): string | null {
  const pictures = video || screen;
  if (!audio && !pictures) return null;
  const most = pictures ? MESH_SEATS.video : MESH_SEATS.audio;
  return seatsOf(text) <= most
    ? null
    : `Beyond ${most} people ${
      pictures ? "with video" : "with sound"
    }, a call without a media server is heavy on every device and line.`;
}
