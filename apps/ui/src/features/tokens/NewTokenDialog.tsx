import type { Auth } from '../../api/send';
import { CopyOnceDialog } from '../../ui/CopyOnceDialog';
import { Facts } from '../../ui/Facts';
import { SecretField } from '../../ui/Field';
import { durationOf } from '../../ui/format';
import { textsIn } from './TokenFacts';

export function NewTokenDialog({ auth, onClose }: { readonly auth: Auth; readonly onClose: () => void }) {
  const accessor = String(auth.accessor ?? '');
  return (
    <CopyOnceDialog
      title="Copy the token"
      text={auth.client_token}
      copied="The token is on the clipboard."
      onClose={onClose}
    >
      <p>It is not shown again. Its accessor is enough to renew and to revoke it.</p>
      <SecretField label="New token" readOnly value={auth.client_token} onFocus={({ target }) => target.select()} />
      <Facts
        rows={[
          accessor === '' ? ['Accessor', 'none: it is a batch token'] : ['Accessor', accessor, 'code'],
          ['Policies', textsIn(auth.policies).join(', ')],
          ['Lives for', auth.lease_duration > 0 ? durationOf(auth.lease_duration * 1000) : 'ever'],
          ['Renewable', auth.renewable ? 'yes' : 'no'],
        ]}
      />
    </CopyOnceDialog>
  );
}
