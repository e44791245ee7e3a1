import { Link } from '@tanstack/react-router';
import type { PrimaryStatus } from '@tidelock/api-answers';
import { type ReactNode, useState } from 'react';
import { useStatus } from '../../cluster/queries';
import { useMay } from '../../session/may';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { HealthIcon } from '../../ui/HealthIcon';
import { Table } from '../../ui/Table';
import { useNow } from '../../ui/useNow';
import { AllowReapplyDialog } from './AllowReapplyDialog';
import { allowReapply, revokeSecondary, setFilter } from './calls';
import { filterOf, useFilters } from './filters';
import { lagWords } from './positions';
import { RevokeDialog } from './RevokeDialog';
import styles from './SecondariesPage.module.css';
import { ConnectionWord, HeartbeatAge, UiLink } from './SecondariesTable';
import { timeLeft, toldMoment } from './told-moment';

const REVOKE = revokeSecondary('').path;
const ALLOW = allowReapply('', '').path;
const filterPath = (id: string): string => setFilter(id, undefined).path;
const COLUMNS = ['Secondary ID', 'State', 'Connected?', 'Lag', 'Filter', 'URL', 'Actions'];

export function SecondariesPage() {
  const { replication } = useStatus({ watched: true });
  const may = useMay(ALLOW);
  const [open, setOpen] = useState<ReactNode>(null);
  if (replication?.mode !== 'primary') return null;
  const close = (): void => setOpen(null);
  const ids = shownIds(replication);
  const joined = ids.filter((id) => replication.known_secondary_states[id] === 'active');
  return (
    <>
      <Allowed status={replication} />
      <Card
        title="Known secondaries"
        aside={
          <div className={styles.actions}>
            {joined.length > 0 && may(ALLOW, 'update') && (
              <Button onClick={() => setOpen(<AllowReapplyDialog ids={joined} onClose={close} />)}>
                Allow reapply…
              </Button>
            )}
            <ButtonLink to="/vault/replication/performance/secondaries/revoke">Revoke secondary…</ButtonLink>
          </div>
        }
      >
        {replication.known_secondaries.length === 0 && (
          <p>
            No performance secondaries are known for this cluster.{' '}
            <Link to="/vault/replication/performance/secondaries/add">Add secondary</Link>
          </p>
        )}
        {ids.length > 0 && (
          <Rows ids={ids} status={replication} onRevoke={(id) => setOpen(<RevokeDialog id={id} onClose={close} />)} />
        )}
      </Card>
      {open}
    </>
  );
}

/** Those that count first, and behind them those that were shut out. */
function shownIds({ known_secondaries: known, known_secondary_states: states }: PrimaryStatus): string[] {
  return [...known, ...Object.keys(states).filter((id) => states[id] === 'revoked' && !known.includes(id))];
}

interface RowsProps {
  readonly ids: readonly string[];
  readonly status: PrimaryStatus;
  readonly onRevoke: (id: string) => void;
}

function Rows({ ids, status, onRevoke }: RowsProps) {
  const { data: filters } = useFilters();
  const may = useMay(REVOKE, ...ids.map(filterPath));
  return (
    <Table caption="Known secondaries" columns={COLUMNS}>
      {ids.map((id) => (
        <Row key={id} id={id} status={status} filter={filters && (filterOf(filters, id)?.mode ?? 'everything')}>
          {may(filterPath(id), 'read') && (
            <ButtonLink
              to="/vault/replication/performance/secondaries/config/show/$id"
              params={{ id }}
              aria-label={`Path filter config of ${id}`}
            >
              Path filter
            </ButtonLink>
          )}
          {may(REVOKE, 'update') && (
            <Button kind="danger" aria-label={`Revoke ${id}…`} onClick={() => onRevoke(id)}>
              Revoke…
            </Button>
          )}
        </Row>
      ))}
    </Table>
  );
}

interface RowProps {
  readonly id: string;
  readonly status: PrimaryStatus;
  /** Absent: not known. */
  readonly filter: string | undefined;
  readonly children: ReactNode;
}

function Row({ id, status, filter, children }: RowProps) {
  const state = status.known_secondary_states[id] ?? 'pending';
  const heard = status.secondaries.find(({ node_id }) => node_id === id);
  if (state === 'revoked')
    return (
      <tr>
        <th scope="row">{id}</th>
        <td className={styles.word}>
          <StateWord state={state} expires={undefined} />
        </td>
        <td colSpan={5}>It is refused. Its id can be given again.</td>
      </tr>
    );
  const hidden = heard?.hidden_mounts;
  return (
    <tr>
      <th scope="row">{id}</th>
      <td className={styles.word}>
        <StateWord state={state} expires={status.known_secondary_token_expires[id]} />
      </td>
      <td className={styles.word}>
        <ConnectionWord heard={heard} state={state} />
        {heard && (
          <small className={styles.note}>
            <HeartbeatAge heard={heard} />
          </small>
        )}
      </td>
      <td className={styles.word}>{heard ? lagWords(heard) : '–'}</td>
      <td className={styles.word}>
        {filter ?? '–'}
        {hidden !== undefined && ` · ${hidden} hidden`}
      </td>
      <td>{heard?.api_address ? <UiLink address={heard.api_address} /> : 'URL unavailable'}</td>
      <td>
        <div className={styles.actions}>{children}</div>
      </td>
    </tr>
  );
}

const HEALTH = { active: 'ok', pending: 'unknown', revoked: 'down' } as const;

function StateWord({ state, expires }: { readonly state: keyof typeof HEALTH; readonly expires: string | undefined }) {
  const now = useNow();
  const left = timeLeft(expires, now);
  return (
    <>
      <HealthIcon health={HEALTH[state] ?? 'unknown'} /> {state}
      {state === 'pending' && expires !== undefined && (
        <small className={styles.note} title={toldMoment(expires)}>
          {left === undefined ? 'its token has expired' : `token good for ${left}`}
        </small>
      )}
    </>
  );
}

/** Who may write anew now what its reign was cut off with. */
function Allowed({ status: { reapply_allowed: allowed = [] } }: { readonly status: PrimaryStatus }) {
  const now = useNow();
  return allowed.map(({ id, until }) => (
    <Alert key={id} kind="info" title={`${id} may reapply what it has in quarantine.`}>
      Once, for another {timeLeft(until, now) ?? 'moment'} (until {toldMoment(until)}).
    </Alert>
  ));
}
