import { PlusIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useList } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Badges } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { countOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { Table } from '../../ui/Table';
import { isFixed, type Kind, KINDS, listPath, mayBeDeleted } from './kinds';
import { PolicyTabs } from './PolicyTabs';
import { useKind } from './useKind';

export function PoliciesPage() {
  const kind = useKind();
  const path = listPath(kind);
  const { note, one } = KINDS[kind];
  return (
    <>
      <PageHead title="Policies" note={note}>
        <AsCommand request={{ method: 'GET', path, query: { list: 'true' } }} />
        {/* Always: which names the token may write is not known before one is given. */}
        <ButtonLink to="/vault/policies/$kind/create" params={{ kind }} kind="primary" icon={<PlusIcon />}>
          Create {one}
        </ButtonLink>
      </PageHead>
      <PolicyTabs />
      <PolicyList key={kind} kind={kind} />
    </>
  );
}

/** A table of more is slow: the filter finds the others. */
const AT_ONCE = 200;

function PolicyList({ kind }: { readonly kind: Kind }) {
  const policies = useList(listPath(kind));
  const { title, empty } = KINDS[kind];
  return (
    <Card title={title}>
      <Loaded of={policies}>
        {(names) => (names.length === 0 ? <p>{empty}</p> : <PolicyTable kind={kind} names={names} />)}
      </Loaded>
    </Card>
  );
}

function PolicyTable({ kind, names }: { readonly kind: Kind; readonly names: readonly string[] }) {
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(AT_ONCE);
  const found = names.filter((name) => name.includes(filter.trim().toLowerCase()));
  const all = `${countOf(names.length)} ${names.length === 1 ? 'policy' : 'policies'}`;
  return (
    <>
      <Form role="search" onSend={() => undefined}>
        <TextField
          label="Filter"
          type="search"
          value={filter}
          onText={setFilter}
          autoComplete="off"
          spellCheck={false}
        />
      </Form>
      <p role="status">{found.length === names.length ? all : `${countOf(found.length)} of ${all}`}</p>
      {found.length > 0 && (
        <Table caption={KINDS[kind].title} columns={['Name']}>
          {found.slice(0, most).map((name) => (
            <tr key={name}>
              <th scope="row">
                <Link to="/vault/policies/$kind/$name" params={{ kind, name }} preload={false}>
                  {name}
                </Link>
                {!mayBeDeleted(kind, name) && <Badges words={[isFixed(kind, name) ? 'fixed' : 'always there']} />}
              </th>
            </tr>
          ))}
        </Table>
      )}
      {found.length > most && (
        <div>
          <Button onClick={() => setMost(most + AT_ONCE)}>Show more of {countOf(found.length - most)}</Button>
        </div>
      )}
    </>
  );
}
