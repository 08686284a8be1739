import type { RecentRoom } from "@/lib/ui/recent_rooms.ts";

/** Where somebody was lately; nothing for who comes for the first time. */
export function RecentRooms(
  { rooms, onForget }: {
    rooms: readonly RecentRoom[];
    onForget: () => void;
  },
) {
  if (rooms.length === 0) return null;
  return (
    <section aria-labelledby="recent-rooms">
      <h2 id="recent-rooms">Your last rooms</h2>
      <ul class="recent-rooms">
        {rooms.map(({ address, name }) => (
          <li key={address}>
            <a class="button small" href={`/r/${address}`}>
              <bdi>{name || address}</bdi>
            </a>
          </li>
        ))}
        <li>
          <button
            type="button"
            class="link-button"
            onClick={onForget}
          >
            Forget these rooms
          </button>
        </li>
      </ul>
    </section>
  );
}
