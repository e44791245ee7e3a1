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
import { LOCKED_USERS, userPath, usersPath } from './calls';
import { LockedUsers } from './LockedUsers';
import { DeleteUserDialog } from './DeleteUserDialog';

export function UsersPage() {
  const { mount } = useParams({ from: '/frame/vault/access/$mount/users' });
  const path = usersPath(mount);
  const users = useList(path);
  const may = useMay(LOCKED_USERS);
  return (
    <>
      <PageHead title="Users" note={<code>auth/{mount}/</code>}>
        <AsCommand request={{ method: 'GET', path, query: { list: 'true' } }} />
        {/* Always: which names the token may write is not known before one is given. */}
        <CreateLink mount={mount} />
      </PageHead>
      <Card title="Users">
        <Loaded of={users}>
          {(names) =>
            names.length === 0 ? (
              <p>Nobody can log in by a name and a password here yet.</p>
            ) : (
              <UserTable mount={mount} names={names} />
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
}

function UserTable({ mount, names }: UserTableProps) {
  const [filter, setFilter] = useState('');
  const [most, setMost] = useState(AT_ONCE);
  const [doomed, setDoomed] = useState<string>();
  const mayDelete = useMayDelete(mount, names.slice(0, most));
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
        <UserRows mount={mount} names={found.slice(0, most)} mayDelete={mayDelete} onDelete={setDoomed} />
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

/** Those that a filter finds behind the first are not asked for: it would take a call for each letter that is typed. */
function useMayDelete(mount: string, first: readonly string[]): (user: string) => boolean {
  const may = useMay(...first.map((user) => userPath(mount, user)));
  return (user) => may(userPath(mount, user), 'delete');
}

interface UserRowsProps extends UserTableProps {
  readonly mayDelete: (user: string) => boolean;
  readonly onDelete: (user: string) => void;
}

function UserRows({ mount, names, mayDelete, onDelete }: UserRowsProps) {
  const hasActions = names.some(mayDelete);
  return (
    <Table caption="Users" columns={['Username', ...(hasActions ? ['Actions'] : [])]}>
      {names.map((user) => (
        <tr key={user}>
          <th scope="row">
            <Link to="/vault/access/$mount/users/show/$user" params={{ mount, user }} preload={false}>
              {user}
            </Link>
          </th>
          {hasActions && (
            <td>
              {mayDelete(user) && (
                <Button kind="danger" aria-label={`Delete ${user}…`} onClick={() => onDelete(user)}>
                  Delete…
                </Button>
              )}
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}
