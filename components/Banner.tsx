import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "@/components/Icon.tsx";

export interface BannerProps {
  icon: IconName;
  look?: "calm" | "warn";
  text: string;
  /** What its button says, and does. */
  way?: string;
  onWay?: () => void;
  /** It has been read. */
  onClose?: () => void;
  /** In front of the text. */
  children?: ComponentChildren;
}

/** One line about the state of the call, and what to do about it. */
export function Banner(
  { icon, look = "calm", text, way, onWay, onClose, children }: BannerProps,
) {
  return (
    <div class={`banner ${look}`}>
      <Icon name={icon} />
      {children}
      <p>{text}</p>
      {way && (
        <button type="button" class="button small" onClick={onWay}>
          {way}
        </button>
      )}
      {onClose && (
        <button
          type="button"
          class="plain-button"
          aria-label="Dismiss this message"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
