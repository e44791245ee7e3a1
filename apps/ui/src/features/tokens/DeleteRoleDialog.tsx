import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash } from '../../ui/flashes';
import { deleteRole, readRole } from './calls';

export function DeleteRoleDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const token = useToken();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: () => send(deleteRole(name), { token }),
    onSuccess: async () => {
      flash(`The token role ${name} is deleted.`);
      // This page would ask for what is gone.
      await navigate({ to: '/vault/access/tokens/roles' });
      queries.removeQueries({ queryKey: ['read', readRole(name)] });
      await queries.invalidateQueries();
    },
  });
  return (
    <ConfirmDialog title={`Delete ${name}?`} verb="Delete" change={change} onClose={onClose}>
      <ul>
        <li>Nobody gets a token by it any more, on no cluster of the set.</li>
        <li>Tokens that were made by it live on.</li>
      </ul>
      <div>
        <AsCommand request={deleteRole(name)} />
      </div>
    </ConfirmDialog>
  );
}
