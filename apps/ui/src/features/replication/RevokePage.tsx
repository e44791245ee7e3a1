import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useStatus } from '../../cluster/queries';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { RevokeDialog } from './RevokeDialog';

/** By its name, which may be one that is on no list any more. */
export function RevokePage() {
  const { replication } = useStatus();
  const navigate = useNavigate();
  const [id, setId] = useState('');
  const [isAsked, setAsked] = useState(false);
  const known = replication?.mode === 'primary' ? replication.known_secondaries : [];
  const close = (): void => {
    setAsked(false);
    if (!known.includes(id.trim())) return;
    void navigate({ to: '/vault/replication/performance/secondaries' });
  };
  return (
    <>
      <PageHead
        title="Revoke secondary"
        note="It is refused at once and for good. It keeps what it has and goes on serving it, stale."
      />
      <Card title="The secondary">
        <Form onSend={() => setAsked(true)}>
          <TextField
            label="Secondary ID"
            help="Also one that is known from an earlier reign only."
            required
            list="known-secondaries"
            value={id}
            onText={setId}
            spellCheck={false}
          />
          <datalist id="known-secondaries">
            {known.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <div>
            <Button type="submit" kind="danger" disabled={id.trim() === ''}>
              Revoke…
            </Button>{' '}
            <ButtonLink to="/vault/replication/performance/secondaries">Cancel</ButtonLink>
          </div>
        </Form>
      </Card>
      {isAsked && <RevokeDialog id={id.trim()} onClose={close} />}
    </>
  );
}
