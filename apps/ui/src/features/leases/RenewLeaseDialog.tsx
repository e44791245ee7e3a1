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
import { renew } from './calls';

interface RenewLeaseProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** The answer's frame tells of the lease. */
type Renewed = Envelope<unknown> & { readonly lease_duration?: unknown };

export function RenewLeaseDialog({ id, onClose }: RenewLeaseProps) {
  const [increment, setIncrement] = useState('');
  const write = useWrite<Renewed | undefined>((answer) => {
    const seconds = Number(answer?.lease_duration);
    flash(
      Number.isNaN(seconds) ? 'The lease is renewed.' : `The lease is renewed: ${durationOf(seconds * 1000)} more.`,
    );
    onClose();
  });
  const request = renew(id, increment);
  return (
    <Dialog
      title="Renew the lease"
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
          help="How long it is to live from now. Empty: as long as it was given. Its engine may give less."
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
