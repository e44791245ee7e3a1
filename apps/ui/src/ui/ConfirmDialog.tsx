import { type ReactNode, useState } from 'react';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Failure } from './Failure';
import { TextField } from './Field';

interface ConfirmProps {
  readonly title: string;
  /** On the button that does it. */
  readonly verb: string;
  /** To be typed, letter by letter, before it can be done. */
  readonly typed?: string;
  /** What has to be given is there; absent: nothing has. */
  readonly isReady?: boolean;
  /** What is confirmed, as `useMutation` tells of it. */
  readonly change: { readonly isPending: boolean; readonly error: Error | null; mutate(): void };
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ConfirmDialog({ title, verb, typed, isReady = true, change, onClose, children }: ConfirmProps) {
  const [text, setText] = useState('');
  const isTyped = typed === undefined || text === typed;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      // Its end is told here.
      stays={change.isPending}
      actions={
        <>
          <Button disabled={change.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button kind="danger" busy={change.isPending} disabled={!isReady || !isTyped} onClick={() => change.mutate()}>
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
          onText={setText}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <Failure of={change.error} />
    </Dialog>
  );
}
