import type { KnownSecondary, PrimaryStatus } from '@tidelock/api-answers';
import type { ReactNode } from 'react';
import { durationOf, momentOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { HealthIcon } from '../../ui/HealthIcon';
import { Table } from '../../ui/Table';
import { useNow } from '../../ui/useNow';

interface TableProps {
  readonly status: PrimaryStatus;
  readonly lag: (secondary: KnownSecondary) => string;
}

/** Every id that was ever given a token and not revoked since, heard or not. */
export function SecondariesTable({ status, lag }: TableProps) {
  const { known_secondaries: ids, known_secondary_states: states, secondaries } = status;
  if (ids.length === 0) return <p>No performance secondaries are known for this cluster.</p>;
  return (
    <Table caption="Known secondaries" columns={['Secondary ID', 'URL', 'Connected?', 'Lag', 'Last heartbeat']}>
      {ids.map((id) => {
        const heard = secondaries.find(({ node_id }) => node_id === id);
        return (
          <tr key={id}>
            <th scope="row">{id}</th>
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
    <>
      <HealthIcon health={healthOf(word)} /> {word}
    </>
  );
}

export function HeartbeatAge({ heard }: { readonly heard: KnownSecondary }) {
  const now = useNow();
  const at = Date.parse(heard.last_heartbeat);
  if (Number.isNaN(at)) return <>{heard.last_heartbeat}</>;
  return (
    <time dateTime={heard.last_heartbeat} title={momentOf(at)}>
      {durationOf(Math.max(0, now - at))} ago
    </time>
  );
}
