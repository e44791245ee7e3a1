import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Envelope, send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash, flashWarnings } from '../../ui/flashes';
import { isOfToken, lookUp, revoke } from './calls';

interface RevokeLeaseProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function RevokeLeaseDialog({ id, onClose, onDone }: RevokeLeaseProps) {
  const token = useToken();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () => send<Envelope<unknown> | undefined>(revoke(id), { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      flash('The lease is revoked.');
      // This page would ask for what is gone.
      onDone();
      queries.removeQueries({ queryKey: ['read', lookUp(id)] });
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog title="Revoke the lease?" verb="Revoke" change={change} onClose={onClose}>
      <p>
        <code>{id}</code>
      </p>
      <ul>
        {isOfToken(id) ? (
          <>
            <li>Its token ends at once, with its children and their leases. Whoever uses it is signed out.</li>
          </>
        ) : (
          <li>Its engine undoes the secret: whatever uses it is refused from then on.</li>
        )}
        <li>It cannot be brought back.</li>
      </ul>
      <div>
        <AsCommand request={revoke(id)} />
      </div>
    </ConfirmDialog>
  );
}
