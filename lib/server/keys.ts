/** Where everything lies in Deno KV. Parts are ids of checked form, so no key can be made to reach into another's. */
export const KEYS = {
  /** {@linkcode import("./rooms.ts").RoomRecord} */
  room: (roomId: string) => ["room", roomId],
  /** A slug's `{ roomId }`. */
  slug: (slug: string) => ["slug", slug],
  /** A listed room, for the list of them. */
  listed: (roomId: string) => ["listed", roomId],
  listedRooms: ["listed"],
  /** Changes with every change to who has a seat in a room: joins check it. */
  roster: (roomId: string) => ["roster", roomId],
  /** {@linkcode import("./member_record.ts").MemberRecord} */
  member: (roomId: string, memberId: string) => ["member", roomId, memberId],
  members: (roomId: string) => ["member", roomId],
  /** A seat that has ended by time, for as long as its member may return. */
  ended: (roomId: string, memberId: string) => ["ended", roomId, memberId],
  /** The seats that an instance looks after, by instance: what is owed when it vanishes. */
  seatOf: (instanceId: string, roomId: string, memberId: string) => [
    "seat",
    instanceId,
    roomId,
    memberId,
  ],
  seatsOf: (instanceId: string) => ["seat", instanceId],
  /** A member that a host removed: kept as long as its token could live. */
  removed: (roomId: string, memberId: string) => ["removed", roomId, memberId],
  /** A token that was used in a URL. */
  usedToken: (tokenId: string) => ["used-token", tokenId],
  /** How many wrong PINs were given for a room, by the hour. */
  pinGuesses: (roomId: string) => ["pin-guesses", roomId],
  /** What one address has taken of a limit that instances share, in one minute since 1970. The address is sealed. */
  taken: (limit: string, sealedAddress: string, minute: number) => [
    "taken",
    limit,
    sealedAddress,
    minute,
  ],
  /** An instance's lease. */
  lease: (instanceId: string) => ["lease", instanceId],
  leases: ["lease"],
  /** An instance's doorbell, which others ring and it alone watches. */
  bell: (instanceId: string) => ["bell", instanceId],
  /** A parcel on its way between two instances. */
  mail: (
    to: string,
    from: string,
    number: number,
  ) => ["mail", to, from, number],
  /** That there may be mail from an instance. */
  mailFrom: (to: string, from: string) => ["mail-from", to, from],
  mailboxes: (to: string) => ["mail-from", to],
  /** The secret that development makes for itself. */
  developmentSecret: ["development-secret"],
};
