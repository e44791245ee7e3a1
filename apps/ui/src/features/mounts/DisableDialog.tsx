import { AsCommand } from '../../ui/AsCommand';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { disable } from './calls';
import { useCircumstances, useRemoval } from './change';
import type { Kind } from './kinds';
import type { Mount } from './mounts';
import { whatIsLost, whereItCounts } from './texts';

interface DisableProps {
  readonly kind: Kind;
  readonly mount: Mount;
  readonly onClose: () => void;
}

export function DisableDialog({ kind, mount: { path, local }, onClose }: DisableProps) {
  const request = disable(kind, path);
  const removal = useRemoval(kind, request, `${path} is disabled.`);
  const where = whereItCounts(useCircumstances(local));
  const change = { ...removal, mutate: () => removal.mutate(undefined, { onSuccess: onClose }) };
  return (
    <ConfirmDialog title={`Disable ${path}?`} verb="Disable" typed={path} change={change} onClose={onClose}>
      <ul>
        {whatIsLost[kind](path).map((text) => (
          <li key={text}>{text}</li>
        ))}
        {where !== undefined && <li>{where}</li>}
      </ul>
      <div>
        <AsCommand request={request} />
      </div>
    </ConfirmDialog>
  );
}
