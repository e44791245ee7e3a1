import { useMutation } from '@tanstack/react-query';
import { send } from '../api/send';
import { forget, type Session } from '../session/session';
import { ConfirmDialog } from '../ui/ConfirmDialog';
import { flash } from '../ui/flashes';

interface RevokeProps {
  readonly session: Session;
  readonly onClose: () => void;
}

export function RevokeTokenDialog({ session, onClose }: RevokeProps) {
  const revoke = useMutation({
    mutationFn: () => send({ method: 'POST', path: 'auth/token/revoke-self' }, { token: session.token }),
    onSuccess: () => {
      forget();
      flash('The token is revoked.');
    },
  });
  return (
    <ConfirmDialog title={`Revoke the token of ${session.name}?`} verb="Revoke" change={revoke} onClose={onClose}>
      <p>
        {session.madeHere
          ? 'You are signed out, as by “Sign out”.'
          : 'You are signed out, and whoever else uses this token has it no longer.'}{' '}
        The tokens that were made with it, and its leases, end with it.
      </p>
    </ConfirmDialog>
  );
}
