import type { KnownSecondary, PrimaryStatus } from '@tidelock/api-answers';
import type { ReactNode } from 'react';
import { durationOf, momentOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { HealthIcon } from '../../ui/HealthIcon';
import { Table } from '../../ui/Table';
import { useNow } from '../../ui/useNow';
import styles from './SecondariesTable.module.css';

/** Heartbeats come about so often. */
const JUST_NOW_MS = 3000;

interface TableProps {
  readonly status: PrimaryStatus;
  readonly lag: (secondary: KnownSecondary) => string;
}

/** Every id that was ever given a token and not revoked since, heard or not. */
export function SecondariesTable({ status, lag }: TableProps) {
  const { known_secondaries: ids, known_secondary_states: states, secondaries } = status;
  if (ids.length === 0)
    return (
      <p>
        No performance secondaries are known for this cluster. Add one: the token that you are given lets another
        cluster join.
      </p>
    );
  return (
    <div className={styles.secondaries}>
      <Table caption="Known secondaries" columns={['Secondary ID', 'URL', 'Connected?', 'Lag', 'Last heartbeat']}>
        {ids.map((id) => {
          const heard = secondaries.find(({ node_id }) => node_id === id);
          return (
            <tr key={id}>
              <th scope="row" title={id}>
                <span className={styles.id}>{id}</span>
              </th>
              <td>{heard?.api_address ? <UiLink address={heard.api_address} /> : 'URL unavailable'}</td>
              <td>
                <ConnectionWord heard={heard} state={states[id]} />
              </td>
              <td>{heard ? lag(heard) : '–'}</td>
              <td>{heard ? <HeartbeatAge heard={heard} /> : '–'}</td>
            </tr>
          );
        })}
      </Table>
    </div>
  );
}

/** A secondary names its address by itself: what is no web address is text. */
export function UiLink({ address, children = address }: { readonly address: string; readonly children?: ReactNode }) {
  if (!/^https?:\/\//i.test(address)) return <>{children}</>;
  return (
    <a href={`${address.replace(/\/+$/, '')}/ui/`} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

export function ConnectionWord({
  heard,
  state,
}: {
  readonly heard: KnownSecondary | undefined;
  readonly state: string | undefined;
}) {
  const word = heard?.connection_status ?? (state === 'pending' ? 'not joined yet' : 'not heard yet');
  return (
    <span className={styles.connection}>
      <HealthIcon health={healthOf(word)} /> {word}
    </span>
  );
}

export function HeartbeatAge({ heard }: { readonly heard: KnownSecondary }) {
  const now = useNow();
  const at = Date.parse(heard.last_heartbeat);
  if (Number.isNaN(at)) return <>{heard.last_heartbeat}</>;
  return (
    <time dateTime={heard.last_heartbeat} title={momentOf(at)}>
      {now - at < JUST_NOW_MS ? 'just now' : `${durationOf(now - at)} ago`}
    </time>
  );
}
