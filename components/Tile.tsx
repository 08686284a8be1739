import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Participant } from "@/lib/client/call/call_view.ts";
import type { PlacedTile } from "@/lib/ui/arrangement.ts";
import { Avatar } from "@/components/Avatar.tsx";
import { Icon } from "@/components/Icon.tsx";
import { QualityBars } from "@/components/QualityBars.tsx";
import { Video } from "@/components/Video.tsx";

/** What the tile says about the path to that person; null when all is well. Of one's own a banner tells. */
export function connectionNote(person: Participant): string | null {
  if (person.isLocal) return null;
  const away = person.presence === "away" ? "Away" : null;
  switch (person.connection) {
    case "connecting":
      return away ?? "Connecting…";
    case "reconnecting":
      return "Reconnecting…";
    case "failed":
      return away ?? "Can't connect yet. Still trying…";
    case "connected":
      return away;
  }
}

/** What else there is to know of a picture that stands still; null when it does not. */
export function pictureNote(
  { kind, person }: Pick<PlacedTile, "kind" | "person">,
): string | null {
  const paused = kind === "screen" ? person.screenPaused : person.videoPaused;
  return paused ? "Picture paused, to keep the sound" : null;
}

/** One person's camera or shared screen, in its place: picture or initials, name, whether they can be heard, and how the connection is. */
export function Tile(
  { tile, speaking = false, silenced = false, mirrored = true, children }: {
    tile: PlacedTile;
    speaking?: boolean;
    /** Not to be heard here, by the listener's own choice. */
    silenced?: boolean;
    /** Whether one's own picture is. */
    mirrored?: boolean;
    /** What can be done with it. */
    children?: ComponentChildren;
  },
) {
  const { person, kind, size } = tile;
  const element = useRef<HTMLLIElement>(null);
  const { x, y, width, height } = tile.place;
  // By the CSSOM: the Content-Security-Policy forbids style attributes.
  useLayoutEffect(() => {
    const { style } = element.current!;
    for (const [name, value] of Object.entries({ x, y, width, height })) {
      style.setProperty(`--${name}`, `${value}px`);
    }
  }, [x, y, width, height]);
  const self = person.isLocal ? "self" : "";
  const note = connectionNote(person) ?? pictureNote(tile);
  return (
    <li
      ref={element}
      class={`tile ${kind} ${size} ${self}`}
      data-speaking={speaking || undefined}
    >
      {kind === "screen"
        ? <Screen person={person} />
        : <Camera person={person} mirrored={mirrored} silenced={silenced} />}
      {note && <p class="note">{note}</p>}
      {children}
    </li>
  );
}

function Camera(
  { person, mirrored, silenced }: {
    person: Participant;
    mirrored: boolean;
    silenced: boolean;
  },
) {
  const name = person.isLocal ? `${person.name} (you)` : person.name;
  return (
    <>
      {person.video && (
        <Video
          stream={person.video}
          mirrored={person.isLocal && mirrored}
          label={`Video of ${name}`}
        />
      )}
      {/* Until the first picture comes; the style sheet sees to that. */}
      <Avatar name={person.name} />
      {person.handRaised && (
        <p class="raised">
          <Icon name="hand" />
          <span class="visually-hidden">Hand raised</span>
        </p>
      )}
      <div class="tile-labels">
        <p>
          {!person.microphoneOn && (
            <Mark icon="microphone-off" text="Microphone off:" />
          )}
          {silenced && <Mark icon="speaker-off" text="Silenced by you:" />}
          <bdi>{person.name}</bdi>
          {person.isLocal && <span class="you">(you)</span>}
          {person.quality && <QualityBars quality={person.quality} />}
        </p>
      </div>
    </>
  );
}

function Mark(
  { icon, text }: { icon: "microphone-off" | "speaker-off"; text: string },
) {
  return (
    <>
      <Icon name={icon} />
      <span class="visually-hidden">{text}</span>
    </>
  );
}

function Screen({ person }: { person: Participant }) {
  return (
    <>
      <p class="waiting">The screen is on its way…</p>
      {person.screen && (
        <Video stream={person.screen} label={`Screen of ${person.name}`} />
      )}
      <div class="tile-labels">
        <p>
          <Icon name="screen" />
          <span class="sharer">
            <bdi>{person.name}</bdi> is sharing a screen
          </span>
        </p>
      </div>
    </>
  );
}
