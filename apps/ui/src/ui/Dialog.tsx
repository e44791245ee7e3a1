import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** Neither Escape nor anything but its own buttons closes it: for what is shown once. */
  readonly stays?: boolean;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

/** A modal dialog of the platform: the page behind it is inert, and the focus comes back to where it was. */
export function Dialog({ title, onClose, stays = false, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      onClose={onClose}
      onCancel={(event) => stays && event.preventDefault()}
      // Chromium closes at a second Escape whatever is said to the first.
      onKeyDown={(event) => stays && event.key === 'Escape' && event.preventDefault()}
    >
      <h2 id={id}>{title}</h2>
      <div className={styles.body}>{children}</div>
      <footer>{actions}</footer>
    </dialog>
  );
}
