import { type ReactNode, useState } from 'react';
import { Alert } from './Alert';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { TextField } from './Field';

interface ConfirmProps {
  readonly title: string;
  /** On the button that does it. */
  readonly verb: string;
  /** To be typed, letter by letter, before it can be done. */
  readonly typed?: string;
  /** What has to be given is there; absent: nothing has. */
  readonly isReady?: boolean;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ConfirmDialog({
  title,
  verb,
  typed,
  isReady = true,
  busy,
  error,
  onConfirm,
  onClose,
  children,
}: ConfirmProps) {
  const [text, setText] = useState('');
  const isTyped = typed === undefined || text === typed;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} disabled={!isReady || !isTyped} onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <TextField
          label={`Type ${typed} to go on`}
          value={text}
          onChange={({ target }) => setText(target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {error !== undefined && <Alert kind="bad">{error}</Alert>}
    </Dialog>
  );
}
