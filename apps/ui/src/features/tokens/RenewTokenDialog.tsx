import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { durationOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { renewAccessor } from './calls';

export function RenewTokenDialog({ accessor, onClose }: { readonly accessor: string; readonly onClose: () => void }) {
  const [increment, setIncrement] = useState('');
  const write = useWrite<Envelope<unknown> | undefined>((answer) => {
    const seconds = answer?.auth?.lease_duration;
    flash(
      typeof seconds === 'number' && seconds > 0
        ? `The token is renewed: ${durationOf(seconds * 1000)} more.`
        : 'The token is renewed.',
    );
    onClose();
  });
  const request = renewAccessor(accessor, increment);
  return (
    <Dialog
      title="Renew the token"
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
          help="How long it is to live from now. Empty: as long as it was given. It gets no more than its maximum."
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
