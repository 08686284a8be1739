import { Dialog } from "@/components/Dialog.tsx";

/** A question before something that cannot be undone. */
export interface Question {
  title: string;
  text: string;
  /** What the button says that does it. */
  action: string;
  onConfirm: () => void;
}

/** Asks, and does it or not. The way back has the focus. */
export function ConfirmDialog(
  { title, text, action, onConfirm, onClose }: Question & {
    onClose: () => void;
  },
) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" autofocus onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
