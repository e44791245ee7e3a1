import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Envelope, send } from '../../api/send';
import { useStatus } from '../../cluster/queries';
import { useToken } from '../../session/useToken';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash, flashWarnings } from '../../ui/flashes';
import { revokeSecondary } from './calls';
import { lagWords } from './positions';
import { SecondariesTable } from './SecondariesTable';

export function SecondariesPage() {
  const { replication } = useStatus({ watched: true });
  const [revoked, setRevoked] = useState<string>();
  if (replication?.mode !== 'primary') return null;
  return (
    <Card title="Known secondaries">
      <SecondariesTable
        status={replication}
        lag={lagWords}
        actions={(id) => (
          <Button kind="danger" aria-label={`Revoke ${id}…`} onClick={() => setRevoked(id)}>
            Revoke…
          </Button>
        )}
      />
      {revoked !== undefined && <RevokeDialog id={revoked} onClose={() => setRevoked(undefined)} />}
    </Card>
  );
}

function RevokeDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const token = useToken();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => send<Envelope<null> | undefined>(revokeSecondary(id), { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      flash(`The secondary ${id} is revoked.`);
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog title={`Revoke ${id}?`} verb="Revoke" change={revoke} onClose={onClose}>
      <ul>
        <li>
          It is refused at once, and the key of the stream is changed: it can read nothing that comes from now on.
        </li>
        <li>It keeps what it has, and goes on to answer with it. To take that away, shut it down.</li>
        <li>To come back it needs a new activation token, and is wiped.</li>
      </ul>
    </ConfirmDialog>
  );
}
