import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "@/components/Icon.tsx";

/** One line about the state of the call, above the people in it. */
export function Banner(
  { icon, look = "calm", children }: {
    icon: IconName;
    look?: "calm" | "warn";
    children: ComponentChildren;
  },
) {
  return (
    <div class={`banner ${look}`}>
      <Icon name={icon} />
      {children}
    </div>
  );
}
