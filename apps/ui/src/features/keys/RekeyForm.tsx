import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sealStatus, type SealStatus } from '../../cluster/seal-status';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Checkbox } from '../../ui/Checkbox';
import { Facts } from '../../ui/Facts';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { startRekey } from './calls';

export function RekeyForm() {
  const read = useQuery(sealStatus);
  return <Loaded of={read}>{(seal) => <ShareFields seal={seal} />}</Loaded>;
}

/** The numbers of today stand in it at first. */
function ShareFields({ seal }: { readonly seal: SealStatus }) {
  const [shares, setShares] = useState(String(seal.n));
  const [threshold, setThreshold] = useState(String(seal.t));
  const [verify, setVerify] = useState(true);
  const write = useWrite();
  const request = startRekey(Number(shares), Number(threshold), verify);
  return (
    <Card title="Unseal keys" aside={<AsCommand request={request} />}>
      <Facts rows={[['Key threshold', `${seal.t} of ${seal.n}`]]} />
      <p>
        A rekey makes new unseal keys, a new root key and a new barrier key under it, for every cluster of the set. It
        takes {seal.t} of the unseal keys of today.
      </p>
      <Form onSend={() => write.mutate(request)}>
        <TextField
          label="New key shares"
          inputMode="numeric"
          pattern="[0-9]+"
          required
          value={shares}
          onText={setShares}
        />
        <TextField
          label="New key threshold"
          help="How many of the shares unseal."
          inputMode="numeric"
          pattern="[0-9]+"
          required
          value={threshold}
          onText={setThreshold}
        />
        <Checkbox checked={verify} onCheck={setVerify}>
          Verify: the new keys count only once enough of them were given back
        </Checkbox>
        <Failure of={write.error} />
        <div>
          <Button type="submit" kind="primary" busy={write.isPending}>
            Start a rekey
          </Button>
        </div>
      </Form>
    </Card>
  );
}
