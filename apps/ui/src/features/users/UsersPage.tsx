import { PlusIcon } from '@primer/octicons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../session/may';
import { useList } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { Form } from '../../ui/Form';
import { countOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { Table } from '../../ui/Table';
import { LOCKED_USERS, usersPath } from './calls';
import { LockedUsers } from './LockedUsers';
import { DeleteUserDialog } from './DeleteUserDialog';

export function UsersPage() {
  const { mount } = useParams({ from: '/frame/vault/access/$mount/users' });
  const path = usersPath(mount);
  const users = useList(path);
  // Stands for any name.
  const any = `${path}/any`;
  const may = useMay(any, LOCKED_USERS);
  return (
    <>
      <PageHead title="Users" note={<code>auth/{mount}/</code>}>
        <AsCommand request={{ method: 'GET', path, query: { list: 'true' } }} />
        {may(any, 'create') && <CreateLink mount={mount} />}
      </PageHead>
      <Card title="Users">
        <Loaded of={users}>
          {(names) =>
            names.length === 0 ? (
              <p>Nobody can log in by a name and a password here yet.</p>
            ) : (
              <UserTable mount={mount} names={names} mayDelete={may(any, 'delete')} />
            )
          }
        </Loaded>
      </Card>
      {may(LOCKED_USERS, 'read') && <LockedUsers mount={mount} />}
    </>
  );
}

const CreateLink = ({ mount }: { readonly mount: string }) => (
  <ButtonLink to="/vault/access/$mount/users/create" params={{ mount }} kind="primary" icon={<PlusIcon />}>
    Create user
  </ButtonLink>
);

/** A table of more is slow: the filter finds the others. */
const AT_ONCE = 200;

interface UserTableProps {
  readonly mount: string;
  readonly names: readonly string[];
  readonly mayDelete: boolean;
}

function UserTable({ mount, names, mayDelete }: UserTableProps) {
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(AT_ONCE);
  const [doomed, setDoomed] = useState<string>();
  const found = names.filter((name) => name.includes(filter.trim().toLowerCase()));
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
      <p role="status">
        {found.length === names.length
          ? `${countOf(names.length)} ${names.length === 1 ? 'user' : 'users'}`
          : `${countOf(found.length)} of ${countOf(names.length)} users`}
      </p>
      {found.length > 0 && (
        <Table caption="Users" columns={['Username', ...(mayDelete ? ['Actions'] : [])]}>
          {found.slice(0, most).map((user) => (
            <tr key={user}>
              <th scope="row">
                <Link to="/vault/access/$mount/users/show/$user" params={{ mount, user }} preload={false}>
                  {user}
                </Link>
              </th>
              {mayDelete && (
                <td>
                  {' '}
                  <Button kind="danger" aria-label={`Delete ${user}…`} onClick={() => setDoomed(user)}>
                    Delete…
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
      {found.length > most && (
        <div>
          <Button onClick={() => setMost(most + AT_ONCE)}>Show more of {countOf(found.length - most)}</Button>
        </div>
      )}
      {doomed !== undefined && (
        <DeleteUserDialog
          mount={mount}
          user={doomed}
          onClose={() => setDoomed(undefined)}
          onDone={() => setDoomed(undefined)}
        />
      )}
    </>
  );
}
