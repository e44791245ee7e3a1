import type { ApiRequest } from '../../api/request';
import { useWrite } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { flash } from '../../ui/flashes';
import { bare } from './calls';

interface RevokePrefixProps {
  readonly prefix: string;
  readonly forced: boolean;
  readonly request: ApiRequest;
  readonly onClose: () => void;
}

export function RevokePrefixDialog({ prefix, forced, request, onClose }: RevokePrefixProps) {
  const write = useWrite(() => {
    flash(`All leases below ${prefix} are revoked.`);
    onClose();
  });
  const change = { isPending: write.isPending, error: write.error, mutate: () => write.mutate(request) };
  return (
    <ConfirmDialog
      title={`${forced ? 'Force the revocation of' : 'Revoke'} everything below ${prefix}?`}
      verb={forced ? 'Force revoke' : 'Revoke'}
      typed={bare(prefix)}
      change={change}
      onClose={onClose}
    >
      <ul>
        <li>Every lease below this prefix ends at once, on this cluster alone.</li>
        <li>Tokens that were made there end, too, with their children: whoever uses one is signed out.</li>
        {forced ? (
          <li>
            What an engine fails to undo is forgotten all the same: such a secret goes on to work outside, and nobody
            here knows of it any more. Use this only where what it was for is gone.
          </li>
        ) : (
          <li>The engines undo the secrets. The first that cannot be undone stops it, and is named.</li>
        )}
      </ul>
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
