import { useEffect, useState } from "preact/hooks";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { roomNews } from "@/lib/ui/room_news.ts";
import { Banner } from "@/components/Banner.tsx";

/** How long news stand. */
const SHOWN_MS = 8_000;

/** What a host has just changed about the room: everyone in it is told. */
export function RoomNews({ live }: { live: LiveCall }) {
  const [news, setNews] = useState<readonly string[]>([]);
  useEffect(() => {
    let last = live.view.peek().room!;
    return live.view.subscribe(({ room }) => {
      if (room === null || room === last) return;
      const latest = roomNews(last, room);
      last = room;
      if (latest.length > 0) setNews(latest);
    });
  }, [live]);
  useEffect(() => {
    if (news.length === 0) return;
    const timer = setTimeout(() => setNews([]), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [news]);
  if (news.length === 0) return null;
  return <Banner icon="settings" text={news.join(" ")} />;
}
