import { useEffect, useRef } from "preact/hooks";
import { CopyLink } from "@/components/CopyLink.tsx";
import { Icon } from "@/components/Icon.tsx";

/** The link to this room, in front of the call. The browser keeps the focus inside and gives it back afterwards. */
export function InviteDialog(
  { link, pinRequired, onClose }: {
    link: string;
    pinRequired: boolean;
    onClose: () => void;
  },
) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="invite-title"
      onClose={onClose}
      onClick={(event) => {
        // A click on the dialog itself, not on what is in it, is one beside it.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id="invite-title">Invite people</h2>
        <button
          type="button"
          class="plain-button dialog-close"
          aria-label="Close"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
        <p>Whoever has this link can join. It opens in any browser.</p>
        <CopyLink link={link} focus />
        {pinRequired && (
          <p class="hint">
            <Icon name="lock" />
            This room has a PIN. Tell it to them too.
          </p>
        )}
      </div>
    </dialog>
  );
}
