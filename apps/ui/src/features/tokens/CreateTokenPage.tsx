import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Envelope, send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { flashWarnings } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { NewTokenDialog } from './NewTokenDialog';
import { createToken, metadataFault, NEW_TOKEN } from './token-draft';
import { LimitFields, TokenFields, TokenSwitches } from './TokenFields';
import styles from './tokens.module.css';

export function CreateTokenPage() {
  const token = useToken();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(NEW_TOKEN);
  const fields = { draft, onChange: setDraft };
  const request = createToken(draft);
  const make = useMutation({
    mutationFn: () => send<Envelope<null>>(request, { token }),
    gcTime: 0,
    onSuccess: ({ warnings }) => {
      flashWarnings(warnings);
      // Not awaited: the token is shown once, and must not wait for others' answers.
      void queries.invalidateQueries();
    },
  });
  const back = (): void => void navigate({ to: '/vault/access/tokens' });
  return (
    <>
      <PageHead title="Create a token" note="A child of your own, for this cluster alone. It is shown once.">
        <AsCommand request={request} />
      </PageHead>
      <Form onSend={() => metadataFault(draft.metadata) === undefined && make.mutate()}>
        <Card title="The token">
          <TokenFields {...fields} />
        </Card>
        <Card title="Its limits">
          <LimitFields {...fields} />
          <TokenSwitches {...fields} />
        </Card>
        <Failure of={make.error} />
        <div className={styles.actions}>
          <Button type="submit" kind="primary" busy={make.isPending}>
            Create token
          </Button>
          <Button onClick={back}>Cancel</Button>
        </div>
      </Form>
      {make.data?.auth && <NewTokenDialog auth={make.data.auth} onClose={back} />}
    </>
  );
}
