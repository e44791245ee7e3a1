import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/errors';
import type { Envelope } from '../../api/send';
import { useList, useRead } from '../../session/read';
import { Alert } from '../../ui/Alert';
import { Badges } from '../../ui/Badge';
import { Card } from '../../ui/Card';
import { TextField } from '../../ui/Field';
import { countOf } from '../../ui/format';
import { lifeLeft } from '../../ui/life';
import { Loaded } from '../../ui/Loaded';
import { Pages } from '../../ui/Pages';
import { Table } from '../../ui/Table';
import { useNow } from '../../ui/useNow';
import { ACCESSORS, lookUpAccessor, type TokenAnswer } from './calls';
import { textsIn } from './TokenFacts';
import styles from './tokens.module.css';
import { accessorIn, useOwnToken } from './own-token';

/** All tokens that have an accessor. Only what is shown is looked up. */
export function AccessorsCard() {
  const accessors = useList(ACCESSORS);
  if (accessors.error instanceof ApiError && accessors.error.status === 403)
    return (
      <Alert kind="warn" title="This token may not list accessors.">
        It needs list and sudo on <code>{ACCESSORS}</code>. A token whose accessor you have can be looked up all the
        same.
      </Alert>
    );
  return (
    <Card title="All tokens">
      <Loaded of={accessors}>{(all) => <Accessors all={all} />}</Loaded>
    </Card>
  );
}

function Accessors({ all }: { readonly all: readonly string[] }) {
  const own = accessorIn(useOwnToken().data?.data);
  const [filter, setFilter] = useState('');
  const shown = all.filter((accessor) => accessor.toLowerCase().includes(filter.trim().toLowerCase()));
  if (all.length === 0) return <p>There are none with an accessor: batch tokens have none.</p>;
  return (
    <>
      {all.length > 25 && (
        <div role="search" className={styles.search}>
          <TextField label="Filter by accessor" type="search" value={filter} onText={setFilter} spellCheck={false} />
        </div>
      )}
      {shown.length === 0 && <p>None of the {countOf(all.length)} accessors is like that.</p>}
      {shown.length > 0 && (
        <Pages items={shown} of="tokens">
          {(page) => (
            <div className={styles.tokens}>
              <Table caption="Tokens" columns={['Accessor', 'Name', 'Policies', 'Type', 'Time left']}>
                {page.map((accessor) => (
                  <AccessorRow key={accessor} accessor={accessor} isOwn={accessor === own} />
                ))}
              </Table>
            </div>
          )}
        </Pages>
      )}
    </>
  );
}

function AccessorRow({ accessor, isOwn }: { readonly accessor: string; readonly isOwn: boolean }) {
  const { data, error } = useRead<Envelope<TokenAnswer>>(lookUpAccessor(accessor));
  return (
    <tr>
      <th scope="row">
        <Link to="/vault/access/tokens/show/$accessor" params={{ accessor }}>
          <code>{accessor}</code>
        </Link>{' '}
        {isOwn && <Badges words={['yours']} />}
      </th>
      {data === undefined ? (
        <td colSpan={4}>{error === null ? '…' : 'It has ended meanwhile, or may not be looked up.'}</td>
      ) : (
        <TokenCells token={data.data ?? {}} />
      )}
    </tr>
  );
}

function TokenCells({ token }: { readonly token: TokenAnswer }) {
  const now = useNow();
  return (
    <>
      <td>{String(token.display_name ?? '')}</td>
      <td>{textsIn(token.policies).join(', ')}</td>
      <td>{String(token.type ?? '')}</td>
      <td>{lifeLeft(token.expire_time, now)}</td>
    </>
  );
}
