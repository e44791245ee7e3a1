import { useState } from 'react';
import type { Envelope } from '../../api/send';
import { useWrite } from '../../session/read';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { SecretField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { hashWith } from './calls';

/** Finds a secret in the lines of a device, where it stands as a hash. */
export function HashDialog({ path, onClose }: { readonly path: string; readonly onClose: () => void }) {
  const [input, setInput] = useState('');
  const write = useWrite<Envelope<{ readonly hash?: string } | null>>();
  const hash = write.data?.data?.hash;
  const hear = (text: string): void => {
    // A hash stands beside the value that it is of.
    write.reset();
    setInput(text);
  };
  return (
    <Dialog
      title={`Compute a hash with ${path}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            busy={write.isPending}
            disabled={input === ''}
            onClick={() => write.mutate(hashWith(path, input))}
          >
            Compute
          </Button>
        </>
      }
    >
      <p>Secret values are hashed in the log. Look for the hash of a value to find where it was used.</p>
      <Form onSend={() => write.mutate(hashWith(path, input))}>
        <SecretField label="Value" required value={input} onText={hear} autoComplete="off" />
      </Form>
      <Failure of={write.error} />
      {hash !== undefined && <Facts rows={[['Hash', String(hash), 'code']]} />}
    </Dialog>
  );
}
