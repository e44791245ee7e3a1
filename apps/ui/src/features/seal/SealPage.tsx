import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiRequest } from '../../api/request';
import { send } from '../../api/send';
import { useStatus } from '../../cluster/queries';
import { sealStatus, type SealStatus } from '../../cluster/seal-status';
import { useToken } from '../../session/useToken';
import { Button } from '../../ui/Button';
import { Failure } from '../../ui/Failure';
import { Card } from '../../ui/Card';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Facts } from '../../ui/Facts';
import { PageHead } from '../../ui/PageHead';
import { Skeleton } from '../../ui/Skeleton';

const SEAL: ApiRequest = { method: 'POST', path: 'sys/seal' };

export function SealPage() {
  const { replication } = useStatus();
  const [asked, setAsked] = useState(false);
  const { data, error } = useQuery(sealStatus);
  if (error !== null) return <Failure of={error} />;
  if (data === undefined) return <Skeleton lines={6} />;
  const keys = replication?.mode === 'secondary' ? 'The keys of this cluster are those of its primary.' : undefined;
  return (
    <>
      <PageHead title="Seal" note={data.sealed ? 'This cluster is sealed.' : 'This cluster is unsealed: it answers.'}>
        {!data.sealed && (
          <Button kind="danger" onClick={() => setAsked(true)}>
            Seal…
          </Button>
        )}
      </PageHead>
      <Card title="Key shares">
        <Facts
          rows={[
            ['Type', data.type],
            ['Key threshold', `${data.t} of ${data.n}`],
            ['Storage', data.storage_type],
            ['Version', data.version],
          ]}
        />
        {keys !== undefined && <p>{keys}</p>}
      </Card>
      {asked && <SealDialog status={data} keys={keys} onClose={() => setAsked(false)} />}
    </>
  );
}

interface SealDialogProps {
  readonly status: SealStatus;
  readonly keys: string | undefined;
  readonly onClose: () => void;
}

function SealDialog({ status: { t, n }, keys, onClose }: SealDialogProps) {
  const token = useToken();
  const queries = useQueryClient();
  const seal = useMutation({
    mutationFn: () => send(SEAL, { token }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog title="Seal this cluster?" verb="Seal" change={seal} onClose={onClose}>
      <p>
        It forgets its keys and answers nothing until {t} of the {n} unseal keys are entered again. {keys}
      </p>
    </ConfirmDialog>
  );
}
