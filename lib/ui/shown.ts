/** Tells the others what this page shows of them, so that nobody sends what nobody sees. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Call } from "@/lib/client/call/call.ts";
import type { Shown } from "@/lib/client/mesh/bitrate_policy.ts";
import type { PlacedTile } from "@/lib/ui/arrangement.ts";

/** From this width on, in CSS pixels, a face is worth a large picture. */
const LARGE = 480;

/** So near to what is in sight, in CSS pixels, a picture is kept: it is there when it is scrolled to. */
const NEAR = 100;

/** The part of the stage that is in sight, from its upper edge, in CSS pixels. */
export interface Sight {
  top: number;
  bottom: number;
}

/** What the tiles show of each other member. `sight`: null while nobody is looking at the page. */
export function shownOf(
  tiles: readonly PlacedTile[],
  sight: Sight | null,
): Map<string, Shown> {
  const shown = new Map<string, Shown>();
  for (const { kind, person, place } of tiles) {
    if (person.isLocal) continue;
    const known = shown.get(person.memberId) ??
      { camera: "none", screen: false };
    const isSeen = sight !== null && place.width > 0 && place.height > 0 &&
      place.y < sight.bottom + NEAR &&
      place.y + place.height > sight.top - NEAR;
    if (kind === "screen") known.screen = isSeen;
    else if (isSeen) known.camera = place.width >= LARGE ? "large" : "small";
    shown.set(person.memberId, known);
  }
  return shown;
}

/** Tells it whenever it has changed. No tiles: nothing is known yet. `stage`: what is scrolled. */
export function useShown(
  call: Call,
  tiles: readonly PlacedTile[],
  stage: RefObject<HTMLElement>,
): void {
  const hidden = useHidden();
  useEffect(() => {
    const element = stage.current!;
    const tell = () => {
      const { scrollTop: top, clientHeight } = element;
      const sight = hidden ? null : { top, bottom: top + clientHeight };
      for (const [memberId, shown] of shownOf(tiles, sight)) {
        call.show(memberId, shown);
      }
    };
    tell();
    element.addEventListener("scroll", tell, { passive: true });
    return () => element.removeEventListener("scroll", tell);
  });
}

/** Whether the page is in a tab that is not shown, or in a window that is put away. */
function useHidden(): boolean {
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return hidden;
}
