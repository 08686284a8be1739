import { CopyLink } from "@/components/CopyLink.tsx";
import { Dialog } from "@/components/Dialog.tsx";
import { Icon } from "@/components/Icon.tsx";
import { QrCode } from "@/components/QrCode.tsx";

/** The link to this room, to copy, to hand on to another app, or for a phone's camera. */
export function InviteDialog({ link, pinRequired, onClose }: {
  link: string;
  pinRequired: boolean;
  onClose: () => void;
}) {
  return (
    <Dialog title="Invite people" onClose={onClose}>
      <p>Whoever has this link can join. It opens in any browser.</p>
      <CopyLink link={link} focus />
      {canShare(link) && (
        <button
          type="button"
          class="button"
          onClick={() => void share(link)}
        >
          <Icon name="share" />
          Share…
        </button>
      )}
      {pinRequired && (
        <p class="hint">
          <Icon name="lock" />
          This room has a PIN. Tell it to them too.
        </p>
      )}
      <figure class="invite-code">
        <QrCode link={link} />
        <figcaption>Point a phone's camera here to join with it.</figcaption>
      </figure>
    </Dialog>
  );
}

/** Whether this device has a sheet to hand links on to other apps (W3C Web Share). */
function canShare(url: string): boolean {
  return globalThis.navigator?.canShare?.({ url }) ?? false;
}

async function share(url: string): Promise<void> {
  try {
    await navigator.share({ title: document.title, url });
  } catch {
    // They changed their mind; the link is still there to be copied.
  }
}
