import { type ReactNode, useState } from 'react';
import { messageOf } from '../api/errors';
import { Alert } from './Alert';
import { Button } from './Button';
import { copyText } from './copy';
import { Dialog } from './Dialog';
import { flash } from './flashes';

interface CopyOnceProps {
  readonly title: string;
  readonly text: string;
  /** Told once it is on the clipboard. */
  readonly copied: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What is shown once: closing it without a copy is a deliberate act. */
export function CopyOnceDialog({ title, text, copied, onClose, children }: CopyOnceProps) {
  const [error, setError] = useState<string>();
  const copyAndClose = async (): Promise<void> => {
    try {
      await copyText(text);
      flash(copied);
      onClose();
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Dialog
      title={title}
      stays
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close without copying</Button>
          <Button kind="primary" onClick={() => void copyAndClose()}>
            Copy &amp; Close
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && <Alert kind="bad">{error}</Alert>}
    </Dialog>
  );
}
