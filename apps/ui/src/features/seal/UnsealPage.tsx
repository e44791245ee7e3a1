import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/send';
import { sealStatus, type SealStatus } from '../../cluster/seal-status';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Failure } from '../../ui/Failure';
import { SecretField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { FrontPage } from '../../ui/FrontPage';
import { Progress } from '../../ui/Progress';
import { Skeleton } from '../../ui/Skeleton';

export function UnsealPage() {
  const { data, error } = useQuery({ ...sealStatus, refetchInterval: 3000 });
  return (
    <FrontPage title="Unseal Tidelock">
      <Failure of={error} />
      {data === undefined ? <Skeleton lines={4} /> : <UnsealForm status={data} />}
    </FrontPage>
  );
}

function UnsealForm({ status: { sealed, t, n, progress, nonce } }: { readonly status: SealStatus }) {
  const [key, setKey] = useState('');
  const unseal = useUnseal((taken) => setKey((typed) => (typed.trim() === taken ? '' : typed)));
  if (!sealed) return <Alert kind="info">This cluster is unsealed.</Alert>;
  return (
    <Form onSend={() => unseal.mutate({ key: key.trim() })}>
      <p>
        {t} of the {n} unseal keys are needed, one after the other. On a secondary they are those of its primary.
      </p>
      <Progress label={`${progress} of ${t} keys`} done={progress} total={t} />
      {nonce !== '' && (
        <p>
          Attempt <code>{nonce}</code>
        </p>
      )}
      <SecretField label="Unseal Key Portion" autoComplete="off" required value={key} onText={setKey} />
      <Failure of={unseal.error} />
      <Button type="submit" kind="primary" busy={unseal.isPending}>
        Unseal
      </Button>
      {progress > 0 && <Button onClick={() => unseal.mutate({ reset: true })}>Begin anew</Button>}
    </Form>
  );
}

/** @param onTaken hears which key was taken: the next one may have been typed meanwhile. */
function useUnseal(onTaken: (key: string) => void) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { readonly key: string } | { readonly reset: true }) =>
      send<SealStatus>({ method: 'POST', path: 'sys/unseal', body: { ...body } }),
    gcTime: 0,
    onSuccess: async (status, asked) => {
      if ('key' in asked) onTaken(asked.key);
      queries.setQueryData(sealStatus.queryKey, status);
      await queries.invalidateQueries();
      if (!status.sealed) await navigate({ to: '/vault/auth' });
    },
  });
}
