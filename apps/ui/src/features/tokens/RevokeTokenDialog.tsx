import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type Envelope, send } from '../../api/send';
import { forget } from '../../session/session';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash, flashWarnings } from '../../ui/flashes';
import { lookUpAccessor, revokeAccessor } from './calls';

interface RevokeTokenProps {
  readonly accessor: string;
  readonly name: string;
  /** It is the token of this session. */
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

export function RevokeTokenDialog({ accessor, name, isOwn, onClose }: RevokeTokenProps) {
  const token = useToken();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const request = revokeAccessor(accessor);
  const change = useMutation({
    mutationFn: () => send<Envelope<unknown> | undefined>(request, { token }),
    onSuccess: async (answer) => {
      flashWarnings(answer?.warnings);
      flash('The token is revoked.');
      if (isOwn) {
        forget();
        queries.clear();
        await navigate({ to: '/vault/auth' });
        return;
      }
      // This page would ask for what is gone.
      await navigate({ to: '/vault/access/tokens' });
      queries.removeQueries({ queryKey: ['read', lookUpAccessor(accessor)] });
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog title={`Revoke ${name || 'the token'}?`} verb="Revoke" change={change} onClose={onClose}>
      <p>
        Accessor <code>{accessor}</code>
      </p>
      <ul>
        <li>The token ends at once: whoever uses it is refused.</li>
        <li>The tokens that it made end with it, and those that they made.</li>
        <li>The secrets that were given to any of them for a time are undone.</li>
        <li>None of this can be taken back.</li>
        {isOwn && <li>It is the token of this session: you are signed out.</li>}
      </ul>
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
