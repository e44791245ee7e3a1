import { ClockIcon, FileDirectoryIcon } from '@primer/octicons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/errors';
import { useMay } from '../../session/may';
import { useList } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { countOf } from '../../ui/format';
import { Loaded } from '../../ui/Loaded';
import { Pages } from '../../ui/Pages';
import { Table } from '../../ui/Table';
import { bare, listPath, revokeForce, revokePrefix } from './calls';
import styles from './leases.module.css';
import { RevokePrefixDialog } from './RevokePrefixDialog';

/** What lies directly below a prefix, and what can be done with all of it. */
export function LeaseFolder({ prefix }: { readonly prefix: string }) {
  const names = useList(listPath(prefix));
  if (names.error instanceof ApiError && names.error.status === 403)
    return (
      <Alert kind="warn" title="This token may not list leases here.">
        It needs list and sudo on <code>{listPath(prefix)}</code>. A lease whose ID you have can be looked up all the
        same.
      </Alert>
    );
  return (
    <Card title={prefix === '' ? 'By prefix' : 'Below it'} aside={prefix !== '' && <PrefixActions prefix={prefix} />}>
      <Loaded of={names}>
        {(all) =>
          all.length === 0 ? <p>{NOTHING[prefix === '' ? 'anywhere' : 'here']}</p> : <Names {...{ prefix, all }} />
        }
      </Loaded>
    </Card>
  );
}

const NOTHING = {
  anywhere: 'There are no leases. One begins where an engine gives a secret for a time, or somebody signs in.',
  here: 'There are no leases below this prefix: all of them have ended, or there never was one.',
} as const;

function Names({ prefix, all }: { readonly prefix: string; readonly all: readonly string[] }) {
  const [filter, setFilter] = useState('');
  const shown = all.filter((name) => name.toLowerCase().includes(filter.trim().toLowerCase()));
  return (
    <>
      {all.length > 10 && (
        <div role="search" className={styles.search}>
          <TextField label="Filter by name" type="search" value={filter} onText={setFilter} spellCheck={false} />
        </div>
      )}
      {shown.length === 0 && <p>None of the {countOf(all.length)} names is like that.</p>}
      {shown.length > 0 && (
        <Pages items={shown} of="names" size={50}>
          {(page) => (
            <Table caption="Leases by prefix" columns={['Name']}>
              {page.map((name) => (
                <tr key={name}>
                  <th scope="row">
                    <NameLink path={prefix + name} name={name} />
                  </th>
                </tr>
              ))}
            </Table>
          )}
        </Pages>
      )}
    </>
  );
}

function NameLink({ path, name }: { readonly path: string; readonly name: string }) {
  const isFolder = name.endsWith('/');
  return (
    <span className={styles.name}>
      {isFolder ? <FileDirectoryIcon /> : <ClockIcon />}
      <Link
        to={isFolder ? '/vault/access/leases/list/$' : '/vault/access/leases/show/$'}
        params={{ _splat: isFolder ? bare(path) : path }}
      >
        {name}
      </Link>
    </span>
  );
}

function PrefixActions({ prefix }: { readonly prefix: string }) {
  const [asked, setAsked] = useState<'revoke' | 'force'>();
  const requests = { revoke: revokePrefix(prefix), force: revokeForce(prefix) };
  const may = useMay(requests.revoke.path, requests.force.path);
  return (
    <div className={styles.actions}>
      {may(requests.revoke.path, 'update') && (
        <Button kind="danger" onClick={() => setAsked('revoke')}>
          Revoke prefix…
        </Button>
      )}
      {may(requests.force.path, 'update') && (
        <Button kind="danger" onClick={() => setAsked('force')}>
          Force revoke…
        </Button>
      )}
      {asked !== undefined && (
        <RevokePrefixDialog
          prefix={prefix}
          forced={asked === 'force'}
          request={requests[asked]}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}
