import { useState } from 'react';
import { messageOf } from '../../api/errors';
import type { WrapInfo } from '../../api/send';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copy';
import { Dialog } from '../../ui/Dialog';
import { TextArea } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { durationOf, momentOf } from '../../ui/format';
import { useNow } from '../../ui/useNow';

/** Shown once: closing it without a copy is a deliberate act. */
export function TokenDialog({ wrapped, onClose }: { readonly wrapped: WrapInfo; readonly onClose: () => void }) {
  const expires = Date.parse(wrapped.creation_time) + wrapped.ttl * 1000;
  const left = expires - useNow();
  const [error, setError] = useState<string>();
  const copyAndClose = async (): Promise<void> => {
    try {
      await copyText(wrapped.token);
      flash('The activation token is on the clipboard.');
      onClose();
    } catch (failure) {
      setError(messageOf(failure));
    }
  };
  return (
    <Dialog
      title="Copy your token"
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
      <p>It is not shown again. Give it to the other cluster under Replication → Enable → secondary.</p>
      <TextArea label="Activation token" readOnly value={wrapped.token} onFocus={({ target }) => target.select()} />
      <dl>
        <dt>TTL</dt>
        <dd>{wrapped.ttl}s</dd>
        <dt>Expires</dt>
        <dd>
          {momentOf(expires)}, {left > 0 ? `in ${durationOf(left)}` : 'which has passed'}
        </dd>
      </dl>
      {error !== undefined && <Alert kind="bad">{error}</Alert>}
    </Dialog>
  );
}
