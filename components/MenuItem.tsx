import { Icon, type IconName } from "@/components/Icon.tsx";

/** One line of a menu. */
export function MenuItem(
  { icon, text, hint, look = "", disabled = false, onClick }: {
    icon: IconName;
    text: string;
    /** The key that does the same. */
    hint?: string;
    look?: string;
    disabled?: boolean;
    onClick: () => void;
  },
) {
  return (
    <button
      type="button"
      class={`menu-item ${look}`}
      aria-keyshortcuts={hint}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span>{text}</span>
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </button>
  );
}
