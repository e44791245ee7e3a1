import { useState } from 'react';
import type { ApiRequest } from '../api/request';
import { AsCommand } from './AsCommand';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Failure } from './Failure';
import { TextField } from './Field';
import { flash } from './flashes';
import { durationOf } from './format';
import { Form } from './Form';

interface RenewProps {
  readonly what: string;
  /** What it is given where that is less than was asked for. */
  readonly bound: string;
  /** @param increment a duration; empty: as long as it was given. */
  readonly renew: (increment: string) => ApiRequest;
  /** As `useMutation` tells of it. */
  readonly write: { readonly isPending: boolean; readonly error: Error | null; mutate(request: ApiRequest): void };
  readonly onClose: () => void;
}

/** Asks for how much longer something is to live. */
export function RenewDialog({ what, bound, renew, write, onClose }: RenewProps) {
  const [increment, setIncrement] = useState('');
  const request = renew(increment);
  return (
    <Dialog
      title={`Renew the ${what}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={write.isPending} onClick={() => write.mutate(request)}>
            Renew
          </Button>
        </>
      }
    >
      <Form onSend={() => write.mutate(request)}>
        <TextField
          label="Increment"
          help={`How long it is to live from now. Empty: as long as it was given. ${bound}`}
          placeholder="1h"
          value={increment}
          onText={setIncrement}
          spellCheck={false}
        />
        <Failure of={write.error} />
      </Form>
      <div>
        <AsCommand request={request} />
      </div>
    </Dialog>
  );
}

/** @param seconds as the API tells them; `undefined` where it does not. */
export const flashRenewed = (what: string, seconds: number | undefined): void =>
  flash(
    seconds === undefined ? `The ${what} is renewed.` : `The ${what} is renewed: ${durationOf(seconds * 1000)} more.`,
  );
