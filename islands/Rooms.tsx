import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { RoomPage } from "@/lib/protocol/room.ts";
import { ListedRooms } from "@/lib/ui/listed_rooms.ts";
import {
  forgetRooms,
  type RecentRoom,
  recentRooms,
} from "@/lib/ui/recent_rooms.ts";
import { RecentRooms } from "@/components/RecentRooms.tsx";
import { RoomList } from "@/components/RoomList.tsx";

/** The rooms that one may find without a link: those of this browser, and those that are listed. */
export default function Rooms({ listed }: {
  /** What the server knew as it made the page; null: its database could not be reached. */
  listed: RoomPage | null;
}) {
  const rooms = useMemo(() => new ListedRooms(listed), []);
  const recent = useSignal<readonly RecentRoom[]>([]);
  useEffect(() => {
    const remember = () => recent.value = recentRooms();
    remember();
    rooms.start();
    // Back from a room: the browser shows the page as it was.
    addEventListener("pageshow", remember);
    return () => {
      removeEventListener("pageshow", remember);
      rooms.close();
    };
  }, []);
  return (
    <div class="rooms">
      <RecentRooms
        rooms={recent.value}
        onForget={() => {
          forgetRooms();
          recent.value = [];
        }}
      />
      <RoomList {...rooms.view.value} onMore={() => void rooms.more()} />
    </div>
  );
}
