import { hueOf, initials } from "@/lib/ui/initials.ts";

/** Colours in call.css that an avatar can have. */
const HUES = 6;

/** A person without a picture: the initials on a colour that stays the same for the same name. */
export function Avatar({ name }: { name: string }) {
  return (
    <span class={`avatar hue-${hueOf(name, HUES)}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
