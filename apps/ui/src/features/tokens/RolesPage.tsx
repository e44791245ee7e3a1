import { PlusIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { useList } from '../../session/read';
import { AsCommand } from '../../ui/AsCommand';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Loaded } from '../../ui/Loaded';
import { Pages } from '../../ui/Pages';
import { Table } from '../../ui/Table';
import { ROLES } from './calls';
import { TokensHead } from './TokensHead';

export function RolesPage() {
  const roles = useList(ROLES);
  return (
    <>
      <TokensHead>
        <AsCommand request={{ method: 'GET', path: ROLES, query: { list: 'true' } }} />
        {/* Always: which names the token may write is not known before one is given. */}
        <ButtonLink kind="primary" icon={<PlusIcon />} to="/vault/access/tokens/roles/create">
          Create role
        </ButtonLink>
      </TokensHead>
      <Loaded of={roles}>
        {(names) =>
          names.length === 0 ? (
            <Card title="No token role yet">
              <p>A role says what tokens may be asked for by it: whoever may use it gets those, and no others.</p>
              <div>
                <ButtonLink to="/vault/access/tokens/roles/create">Create a role</ButtonLink>
              </div>
            </Card>
          ) : (
            <Card title="Token roles">
              <Roles names={names} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Roles({ names }: { readonly names: readonly string[] }) {
  return (
    <Pages items={names} of="roles" size={50}>
      {(page) => (
        <Table caption="Token roles" columns={['Name']}>
          {page.map((name) => (
            <tr key={name}>
              <th scope="row">
                <Link to="/vault/access/tokens/roles/edit/$name" params={{ name }}>
                  {name}
                </Link>
              </th>
            </tr>
          ))}
        </Table>
      )}
    </Pages>
  );
}
