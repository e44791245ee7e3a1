import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { messageOf } from '../../api/errors';
import { type Envelope, send, type WrapInfo } from '../../api/send';
import { useToken } from '../../session/useToken';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Failure } from '../../ui/Failure';
import { Card } from '../../ui/Card';
import { copyText } from '../../ui/copy';
import { Dialog } from '../../ui/Dialog';
import { TextArea, TextField } from '../../ui/Field';
import { flash } from '../../ui/flashes';
import { durationOf, momentOf } from '../../ui/format';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { useNow } from '../../ui/useNow';
import { secondaryToken } from './calls';

export function AddSecondaryPage() {
  const token = useToken();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [id, setId] = useState('');
  const [ttl, setTtl] = useState('');
  const make = useMutation({
    mutationFn: () => send<Envelope<null>>(secondaryToken(id.trim(), ttl.trim()), { token }),
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries(),
  });
  const back = (): void => void navigate({ to: '/vault/replication/performance/secondaries' });
  return (
    <>
      <PageHead title="Generate a secondary token" note="The other cluster joins the set with it, once.">
        <AsCommand request={secondaryToken(id.trim(), ttl.trim())} />
      </PageHead>
      <Card title="The secondary">
        <Form onSend={() => make.mutate()}>
          <TextField
            label="Secondary ID"
            help="Names it for good: you find and revoke it by this."
            required
            value={id}
            onText={setId}
            spellCheck={false}
          />
          <TextField
            label="Time to Live (TTL) for generated secondary token"
            help="Optional, 30 minutes by default: within this time the token must be used."
            placeholder="30m"
            value={ttl}
            onText={setTtl}
            spellCheck={false}
          />
          <Failure of={make.error} />
          <div>
            <Button type="submit" kind="primary" busy={make.isPending}>
              Generate token
            </Button>{' '}
            <Button onClick={back}>Cancel</Button>
          </div>
        </Form>
      </Card>
      {make.data?.wrap_info && <TokenDialog wrapped={make.data.wrap_info} onClose={back} />}
    </>
  );
}

/** Shown once: closing it without a copy is a deliberate act. */
function TokenDialog({ wrapped, onClose }: { readonly wrapped: WrapInfo; readonly onClose: () => void }) {
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
