import type { OccupiedRoom } from "@/lib/protocol/room.ts";
import type { RoomsView } from "@/lib/ui/listed_rooms.ts";
import { kindName, occupancyText, roomAddress } from "@/lib/ui/room_words.ts";
import { Icon } from "@/components/Icon.tsx";

/** The listed rooms, and who is where. */
export function RoomList(
  { rooms, hasMore, loadingMore, isStale, onMore }: RoomsView & {
    onMore: () => void;
  },
) {
  return (
    <section aria-labelledby="listed-rooms">
      <h2 id="listed-rooms">Open rooms</h2>
      <p class="visually-hidden" role="status">
        {isStale && "The list of rooms can't be brought up to date."}
      </p>
      {isStale && (
        <p class="hint" aria-hidden="true">
          <Icon name="reload" />
          {rooms === null
            ? "The list can't be loaded right now. Still trying…"
            : "This may be out of date: the service can't be reached. Still trying…"}
        </p>
      )}
      {rooms !== null && rooms.length === 0 && (
        <p class="rooms-empty">
          No rooms are listed right now. Start a call with the option “Show it
          on the home page”, and others find it here.
        </p>
      )}
      {rooms !== null && rooms.length > 0 && (
        <ul class="room-list">
          {rooms.map((room) => <ListedRoom key={room.roomId} room={room} />)}
        </ul>
      )}
      {hasMore && (
        <button
          type="button"
          class="button small"
          disabled={loadingMore}
          onClick={onMore}
        >
          Load more
        </button>
      )}
    </section>
  );
}

function ListedRoom({ room }: { room: OccupiedRoom }) {
  const { name, type, occupancy, maxParticipants, locked, pinRequired } = room;
  const isFull = occupancy >= maxParticipants;
  return (
    <li class="room-entry">
      <p class="room-name">
        <a href={`/r/${roomAddress(room)}`}>
          <bdi>{name || roomAddress(room)}</bdi>
        </a>
      </p>
      <p class="room-facts">
        <span>{kindName(type)}</span>
        <span class="room-people" data-occupied={occupancy > 0}>
          <Icon name="people" />
          <span class="visually-hidden">People:</span> {occupancyText(room)}
        </span>
        {isFull && <span class="tag">Full</span>}
        {locked && (
          <span class="tag">
            <Icon name="lock" />
            Locked
          </span>
        )}
        {pinRequired && <span class="tag">PIN</span>}
      </p>
    </li>
  );
}
