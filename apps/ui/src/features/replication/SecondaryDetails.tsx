import type { SecondaryStatus } from '@tidelock/api-answers';
import { Card, Tile, Tiles } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { amountOf, countOf, durationOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { HealthIcon } from '../../ui/HealthIcon';
import { LagCard } from './LagCard';
import { NewsOf } from './NewsOf';
import { UiLink } from './SecondariesTable';
import { CONNECTION_NOTES, noteOn, STATE_NOTES } from './texts';
import { pictureOfSecondary } from './picture';
import { Topology } from './Topology';

const isTrouble = (word: string): boolean => ['bad', 'down'].includes(healthOf(word));

export function SecondaryDetails({ status }: { readonly status: SecondaryStatus }) {
  const { state, connection_state: connection, last_remote_wal: applied, epoch } = status;
  return (
    <>
      <NewsOf status={status} />
      <Tiles>
        <Tile title="state" note={noteOn(STATE_NOTES, state)} isBad={isTrouble(state)}>
          <HealthIcon health={healthOf(state)} size={20} /> {state}
        </Tile>
        <Tile title="connection_state" note={noteOn(CONNECTION_NOTES, connection)} isBad={isTrouble(connection)}>
          <HealthIcon health={healthOf(connection)} size={20} /> {connection}
        </Tile>
        <LagTile status={status} />
        <Tile title="last_remote_wal" note={`Epoch ${epoch}. Updates every two seconds.`}>
          {countOf(applied)}
        </Tile>
      </Tiles>
      <Topology of={pictureOfSecondary(status)} />
      <LagCard />
      <PrimaryCard status={status} />
      <Card title="Facts">
        <Facts
          rows={[
            ['secondary_id', status.secondary_id, 'code'],
            ['Replication set', status.cluster_id, 'code'],
            ['Merkle root index', status.merkle_root, 'code'],
            ['Mode', status.mode],
            [
              'Stream followed',
              status.stream_followed === 'full' ? 'everything' : `filtered (${status.stream_followed})`,
            ],
          ]}
        />
      </Card>
    </>
  );
}

function LagTile({ status }: { readonly status: SecondaryStatus }) {
  const { lag_ms: lag, connection_state: connection } = status;
  const isOld = healthOf(connection) === 'down';
  return (
    <Tile title="Lag" isOld={isOld} note={lagNote(status, isOld)}>
      {lag === undefined ? '–' : durationOf(lag)}
    </Tile>
  );
}

function lagNote(
  { lag_mutations: behind, lag_ms: lag, apply_delay_ms: delay }: SecondaryStatus,
  isOld: boolean,
): string {
  if (isOld)
    return lag === undefined ? 'Not known while the primary does not answer.' : 'When the primary answered last.';
  if (behind === undefined || lag === undefined) return 'Not known before the primary has answered.';
  const spread = delay === undefined ? '' : ` Last minute: p50 ${durationOf(delay.p50)}, p99 ${durationOf(delay.p99)}.`;
  return `${behind === 0 ? 'In step.' : `${amountOf(behind, 'mutation')} behind.`}${spread}`;
}

function PrimaryCard({
  status: { primaries, known_primary_cluster_addrs: addresses },
}: {
  readonly status: SecondaryStatus;
}) {
  const address = primaries[0]?.api_address;
  return (
    <Card title="Primary cluster" aside={address && <UiLink address={address}>View primary cluster</UiLink>}>
      {addresses.length === 0 ? (
        <p>No cluster address of a primary is known: give this cluster one with “Update primary”.</p>
      ) : (
        <Facts
          rows={addresses.map(
            (known, at) => [`known_primary_cluster_addrs${at === 0 ? '' : ` ${at + 1}`}`, known, 'code'] as const,
          )}
        />
      )}
    </Card>
  );
}
