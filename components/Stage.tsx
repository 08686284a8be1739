import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { arrange } from "@/lib/ui/arrangement.ts";
import { useShown } from "@/lib/ui/shown.ts";
import { useSpace } from "@/lib/ui/use_space.ts";
import { Tile } from "@/components/Tile.tsx";
import { TileMenu } from "@/components/TileMenu.tsx";

const NOWHERE = { width: 0, height: 0 };

/** Everyone in the call, and what they share. `children` come in front when there is nobody else. */
export function Stage(
  { live, page, children }: {
    live: LiveCall;
    page: CallPage;
    children: ComponentChildren;
  },
) {
  const stage = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const order = useRef<readonly string[]>([]);
  const space = useSpace(stage);
  const { me, participants: others } = live.view.value;
  const { speaking, activeSpeaker } = live.activityView.value;
  const { people } = live.playbackView.value;
  const arrangement = arrange({
    me: me!,
    others,
    space: space ?? NOWHERE,
    activeSpeaker,
    layout: page.layout.value,
    pinned: page.pinned.value,
    before: order.current,
  });
  order.current = arrangement.order;
  useLayoutEffect(() => {
    list.current!.style.setProperty("--height", `${arrangement.height}px`);
  }, [arrangement.height]);
  useShown(live.call, space === null ? [] : arrangement.tiles, stage);
  return (
    <div ref={stage} class="stage" data-alone={others.length === 0}>
      <ul ref={list} class="tiles" aria-label="People in this call">
        {arrangement.tiles.map((tile) => (
          <Tile
            key={tile.id}
            tile={tile}
            speaking={tile.kind === "camera" &&
              speaking.has(tile.person.memberId)}
            silenced={people.get(tile.person.memberId)?.muted}
            mirrored={page.mirrored.value}
          >
            <TileMenu live={live} page={page} tile={tile} />
          </Tile>
        ))}
      </ul>
      {others.length === 0 && children}
    </div>
  );
}
