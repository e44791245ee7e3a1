import { useWrite } from '../../session/read';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash } from '../../ui/flashes';
import { deleteUser } from './calls';

interface DeleteUserProps {
  readonly mount: string;
  readonly user: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function DeleteUserDialog({ mount, user, onClose, onDone }: DeleteUserProps) {
  const write = useWrite(() => {
    flash(`The user ${user} is deleted.`);
    onDone();
  });
  const change = { ...write, mutate: () => write.mutate(deleteUser(mount, user)) };
  return (
    <ConfirmDialog title={`Delete the user ${user}?`} verb="Delete" change={change} onClose={onClose}>
      <ul>
        <li>Nobody logs in by this name any more, and its password is lost.</li>
        <li>Tokens that were given before live on until they end, and cannot be renewed.</li>
      </ul>
    </ConfirmDialog>
  );
}
