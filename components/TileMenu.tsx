import type { CallPage } from "@/lib/ui/call_page.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { canFullScreen, toggleFullScreen } from "@/lib/ui/full_screen.ts";
import type { StageTile } from "@/lib/ui/arrangement.ts";
import { Icon } from "@/components/Icon.tsx";
import { MenuItem } from "@/components/MenuItem.tsx";
import { PersonMenu } from "@/components/PersonMenu.tsx";
import { Popover } from "@/components/Popover.tsx";

/** What can be done with one tile: make it large, show a screen on the whole display, and what concerns the person. */
export function TileMenu(
  { live, page, tile }: { live: LiveCall; page: CallPage; tile: StageTile },
) {
  const { id, kind, person } = tile;
  const pinned = page.pinned.value === id;
  const pin = () => page.pinned.value = pinned ? null : id;
  const what = kind === "screen"
    ? `the screen of ${person.name}`
    : person.isLocal
    ? "your own tile"
    : person.name;
  return (
    <div class="tile-tools">
      <button
        type="button"
        class="tile-tool pin"
        aria-label={`${pinned ? "Unpin" : "Pin"} ${what}`}
        title={pinned ? "Unpin" : "Pin"}
        // The menu has the same: one stop of the Tab key for each tile is enough.
        tabIndex={-1}
        onClick={pin}
      >
        <Icon name={pinned ? "pin-off" : "pin"} />
      </button>
      {kind === "screen" && canFullScreen() && (
        <button
          type="button"
          class="tile-tool"
          aria-label={`Full screen: what ${person.name} shares`}
          title="Full screen"
          onClick={({ currentTarget }) =>
            toggleFullScreen(currentTarget.closest(".tile")!)}
        >
          <Icon name="fullscreen" />
        </button>
      )}
      <Popover
        label={`Options for ${what}`}
        title="Options"
        look="tile-tool"
        face={<Icon name="more" />}
      >
        {(close) => (
          <>
            <MenuItem
              icon={pinned ? "pin-off" : "pin"}
              text={pinned ? "Unpin" : "Pin: make it large"}
              onClick={() => {
                close();
                pin();
              }}
            />
            {!person.isLocal && <PersonMenu live={live} person={person} />}
          </>
        )}
      </Popover>
    </div>
  );
}
