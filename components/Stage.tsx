import type { ComponentChildren } from "preact";
import type { Participant } from "@/lib/client/call_view.ts";
import { Tile } from "@/components/Tile.tsx";

/** Up to this many tiles fit without scrolling. */
const FITS = 6;

/**
 * Everyone in the call. Alone, one's own picture is large; with others it is small, in a corner. `children` come in front when there is
 * nobody else.
 */
export function Stage(
  { me, others, ownSound, children }: {
    me: Participant;
    others: readonly Participant[];
    ownSound: MediaStream | null;
    children: ComponentChildren;
  },
) {
  const count = Math.max(1, others.length);
  return (
    <div class="stage">
      <ul
        class="tiles"
        data-count={count <= FITS ? count : "many"}
        data-alone={others.length === 0}
        aria-label="People in this call"
      >
        {others.map((person) => (
          <Tile key={person.memberId} person={person} sound={person.audio} />
        ))}
        <Tile key={me.memberId} person={me} sound={ownSound} />
      </ul>
      {others.length === 0 && children}
    </div>
  );
}
