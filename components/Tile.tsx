import { useRef } from "preact/hooks";
import type { Participant } from "@/lib/client/call_view.ts";
import { useSpeaking } from "@/lib/ui/speaking.ts";
import { Avatar } from "@/components/Avatar.tsx";
import { Icon } from "@/components/Icon.tsx";
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

/** One person: picture or initials, name, whether they can be heard, and how the connection is. `sound` feeds the speaking ring. */
export function Tile(
  { person, sound }: { person: Participant; sound: MediaStream | null },
) {
  const element = useRef<HTMLLIElement>(null);
  useSpeaking(element, person.microphoneOn ? sound : null);
  const note = connectionNote(person);
  const name = person.isLocal ? `${person.name} (you)` : person.name;
  return (
    <li ref={element} class={person.isLocal ? "tile self" : "tile"}>
      {person.video
        ? (
          <Video
            stream={person.video}
            mirrored={person.isLocal}
            label={`Video of ${name}`}
          />
        )
        : <Avatar name={person.name} />}
      <div class="tile-labels">
        <p>
          {!person.microphoneOn && (
            <>
              <Icon name="microphone-off" />
              <span class="visually-hidden">Microphone off:</span>
            </>
          )}
          <bdi>{person.name}</bdi>
          {person.isLocal && <span class="you">(you)</span>}
        </p>
        {note && <p>{note}</p>}
      </div>
    </li>
  );
}
