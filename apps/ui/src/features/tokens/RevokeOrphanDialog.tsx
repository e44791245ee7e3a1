import { useWrite } from '../../session/read';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash } from '../../ui/flashes';
import { revokeOrphan } from './calls';

interface RevokeOrphanProps {
  readonly token: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function RevokeOrphanDialog({ token, onClose, onDone }: RevokeOrphanProps) {
  const write = useWrite(() => {
    flash('The token is revoked; its children live on.');
    onClose();
    onDone();
  });
  const change = { ...write, mutate: () => write.mutate(revokeOrphan(token)) };
  return (
    <ConfirmDialog
      title="Revoke the token, keep its children?"
      verb="Revoke the token"
      change={change}
      onClose={onClose}
    >
      <ul>
        <li>The token ends at once, and the secrets that were given to it are undone.</li>
        <li>The tokens that it made live on, as orphans: nothing ends with them any more but they themselves.</li>
      </ul>
    </ConfirmDialog>
  );
}
