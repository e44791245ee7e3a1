import { type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from 'react';
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
  // Closed before it is taken away: else nobody gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      // It is told of late: what stands in its place by then has nothing to do with it.
      onClose={(event) => isOwn(event) && event.currentTarget.isConnected && onClose()}
      // Closed by what shows it, at once: the platform would tell of it later.
      onCancel={(event) => {
        if (!isOwn(event)) return;
        event.preventDefault();
        if (!stays) onClose();
      }}
      // Chromium closes at a second Escape whatever is said to the first.
      onKeyDown={(event) => stays && event.key === 'Escape' && isOwn(event) && event.preventDefault()}
    >
      <h2 id={id}>{title}</h2>
      <div className={styles.body}>{children}</div>
      <div className={styles.actions}>{actions}</div>
    </dialog>
  );
}

const isOwn = ({ target, currentTarget }: SyntheticEvent): boolean =>
  (target as Element).closest('dialog') === currentTarget;
