import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Envelope, send } from '../../api/send';
import { useToken } from '../../session/useToken';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { PageHead } from '../../ui/PageHead';
import { secondaryToken, setFilter } from './calls';
import { FilterFields } from './FilterFields';
import { filterOf, useFilters } from './filters';
import styles from './FilterFields.module.css';
import { type Choice, isSame } from './paths-filter';
import { TokenDialog } from './TokenDialog';

export function AddSecondaryPage() {
  const navigate = useNavigate();
  const [typedId, setId] = useState('');
  const [typedTtl, setTtl] = useState('');
  const [id, ttl] = [typedId.trim(), typedTtl.trim()];
  const filter = useNewFilter(id);
  const make = useInvitation(id, ttl, filter);
  const back = (): void => void navigate({ to: '/vault/replication/performance/secondaries' });
  return (
    <>
      <PageHead title="Generate a secondary token" note="The other cluster joins the set with it, once.">
        <AsCommand request={secondaryToken(id, ttl)} />
      </PageHead>
      <Card title="The secondary">
        <Form className={styles.form} onSend={() => make.mutate()}>
          <TextField
            label="Secondary ID"
            help="Names it for good: you find and revoke it by this."
            required
            value={typedId}
            onText={setId}
            spellCheck={false}
          />
          <TextField
            label="Time to Live (TTL) for generated secondary token"
            help="Optional, 30 minutes by default: within this time the token must be used."
            placeholder="30m"
            value={typedTtl}
            onText={setTtl}
            spellCheck={false}
          />
          <FilterFields id={id} isNew before={filter.before} choice={filter.choice} onChoice={filter.choose} />
          {filter.before && (
            <Alert kind="warn" title={`A filter is stored for ${id} already.`}>
              {filter.choice ? 'It counts for the new token, too.' : 'It is removed before the token is made.'}
            </Alert>
          )}
          {!filter.isStored && id !== '' && (
            <div className={styles.buttons}>
              <span>The filter is stored before the token is made:</span>
              <AsCommand request={setFilter(id, filter.choice)} />
            </div>
          )}
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

/** What is chosen for an id; as long as nothing is, what is stored for it. */
function useNewFilter(id: string) {
  const { data } = useFilters();
  const [chosen, setChosen] = useState<{ readonly choice: Choice }>();
  const before = data && filterOf(data, id);
  const choice = chosen ? chosen.choice : before;
  return {
    before,
    choice,
    isStored: isSame(before, choice),
    choose: (next: Choice): void => setChosen({ choice: next }),
  };
}

/** The filter comes first: nothing that it hides may leave before it counts. */
function useInvitation(id: string, ttl: string, filter: ReturnType<typeof useNewFilter>) {
  const token = useToken();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      if (!filter.isStored) await send(setFilter(id, filter.choice), { token });
      return send<Envelope<null>>(secondaryToken(id, ttl), { token });
    },
    gcTime: 0,
    // Not awaited: the token is shown once, and must not wait for others' answers.
    onSettled: () => void queries.invalidateQueries(),
  });
}
