import { useState } from 'react';
import { messageOf } from '../../api/errors';
import type { Auth } from '../../api/send';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copy';
import { Dialog } from '../../ui/Dialog';
import { Facts } from '../../ui/Facts';
import { SecretField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { durationOf } from '../../ui/format';
import { textsIn } from './TokenFacts';

/** Shown once: closing it without a copy is a deliberate act. */
export function NewTokenDialog({ auth, onClose }: { readonly auth: Auth; readonly onClose: () => void }) {
  const [error, setError] = useState<string>();
  const accessor = String(auth.accessor ?? '');
  const copyAndClose = async (): Promise<void> => {
    try {
      await copyText(auth.client_token);
      flash('The token is on the clipboard.');
      onClose();
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Dialog
      title="Copy the token"
      stays
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close without copying</Button>
          <Button kind="primary" onClick={() => void copyAndClose()}>
            Copy &amp; Close
          </Button>
        </>
      }
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
      {error !== undefined && <Alert kind="bad">{error}</Alert>}
    </Dialog>
  );
}
