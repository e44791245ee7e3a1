import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useStatus } from '../../cluster/queries';
import { useWrite } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { flash } from '../../ui/flashes';
import { Form } from '../../ui/Form';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { setFilter } from './calls';
import { FilterFields } from './FilterFields';
import { filterOf, useFilters } from './filters';
import styles from './FilterFields.module.css';
import { type Choice, isSame } from './paths-filter';

const SHOW = '/vault/replication/performance/secondaries/config/show/$id';

/** Creates a filter, changes it, or takes it away. */
export function EditFilterPage() {
  const { id = '' } = useParams({ strict: false });
  const filters = useFilters();
  return (
    <Loaded of={filters} lines={12}>
      {(all) => <Editor key={id} id={id} before={filterOf(all, id)} />}
    </Loaded>
  );
}

function Editor({ id, before }: { readonly id: string; readonly before: Choice }) {
  const navigate = useNavigate();
  const { replication } = useStatus();
  const [choice, setChoice] = useState(before);
  const write = useWrite(() => {
    flash(`The mount filter config of secondary ${id} is ${choice === undefined ? 'deleted' : 'saved'}.`);
    void navigate({ to: SHOW, params: { id } });
  });
  const hasJoined = replication?.mode !== 'primary' || replication.known_secondary_states[id] === 'active';
  const request = setFilter(id, choice);
  return (
    <>
      <PageHead
        title={`${before ? 'Edit' : 'Create'} the path filter of ${id}`}
        note="What becomes hidden is deleted on the secondary; what becomes shown is sent again."
      >
        <AsCommand request={request} />
      </PageHead>
      <Card title="Config">
        <Form className={styles.form} onSend={() => write.mutate(request)}>
          <FilterFields id={id} isNew={!hasJoined} before={before} choice={choice} onChoice={setChoice} />
          {before && choice === undefined && (
            <Alert kind="warn" title="The filter is removed.">
              The secondary is given every replicated mount, those that are made later, too.
            </Alert>
          )}
          <Failure of={write.error} />
          <div className={styles.buttons}>
            <Button type="submit" kind="primary" busy={write.isPending} disabled={isSame(before, choice)}>
              {before ? 'Update' : 'Create'}
            </Button>
            <ButtonLink to={SHOW} params={{ id }}>
              Cancel
            </ButtonLink>
          </div>
        </Form>
      </Card>
    </>
  );
}
