import type { RoomMedia } from "@/lib/protocol/room.ts";
import { Check } from "@/components/Check.tsx";

const KINDS: readonly [kind: keyof RoomMedia, text: string][] = [
  ["audio", "Sound"],
  ["video", "Picture"],
  ["screen", "Screen sharing"],
  ["chat", "Chat"],
];

/** What people may use in a room. */
export function MediaFields(
  { media, onChange }: {
    media: RoomMedia;
    onChange: (media: RoomMedia) => void;
  },
) {
  return (
    <fieldset class="checks">
      <legend class="label">What people may use</legend>
      {KINDS.map(([kind, text]) => (
        <Check
          key={kind}
          text={text}
          checked={media[kind]}
          onChange={(allowed) => onChange({ ...media, [kind]: allowed })}
        />
      ))}
    </fieldset>
  );
}
