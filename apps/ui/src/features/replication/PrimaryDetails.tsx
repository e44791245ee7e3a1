import { Link } from '@tanstack/react-router';
import type { PrimaryStatus } from '@tidelock/api-answers';
import { Card, Tile, Tiles } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { countOf } from '../../ui/format';
import { healthOf } from '../../ui/health';
import { HealthIcon } from '../../ui/HealthIcon';
import { useNow } from '../../ui/useNow';
import { replicationHealth } from '../../cluster/words';
import { LagCard } from './LagCard';
import { NewsOf } from './NewsOf';
import { lagWords, rootsOf, worstLag } from './positions';
import { SecondariesTable } from './SecondariesTable';
import { noteOn, STATE_NOTES } from './texts';
import { pictureOfPrimary } from './picture';
import { Topology } from './Topology';

export function PrimaryDetails({ status }: { readonly status: PrimaryStatus }) {
  const { state, epoch, last_performance_wal: last, merkle_root: root } = status;
  const isHeldUp = status.stream?.brokerUp === false;
  const now = useNow();
  const worst = worstLag(status.secondaries);
  const roots = rootsOf(status);
  return (
    <>
      <NewsOf status={status} />
      <Tiles>
        <Tile
          title="State"
          note={isHeldUp ? 'Kafka takes nothing now.' : noteOn(STATE_NOTES, state)}
          isBad={isHeldUp || healthOf(state) === 'bad'}
        >
          <HealthIcon health={replicationHealth(status)} size={20} /> {state}
        </Tile>
        <Tile title="Worst lag" note={worst.note}>
          {worst.text}
        </Tile>
        <Tile title="Last WAL entry" note={`Epoch ${epoch}. Updates every two seconds.`}>
          {countOf(last)}
        </Tile>
        <Tile title="Merkle roots" note={<code>{root.slice(0, 12)}</code>} isBad={roots.health === 'bad'}>
          <HealthIcon health={roots.health} size={20} /> {roots.word}
        </Tile>
      </Tiles>
      <Topology of={pictureOfPrimary(status, now)} />
      {status.known_secondaries.length > 0 && <LagCard />}
      <Card title="Known secondaries" aside={<Link to="/vault/replication/performance/secondaries">View all</Link>}>
        <SecondariesTable status={status} lag={lagWords} />
      </Card>
      <Card title="Facts">
        <Facts
          rows={[
            ['Replication set', status.cluster_id, 'code'],
            ['Merkle root index', root, 'code'],
            ['Mode', status.mode],
            ['primary_cluster_addr', status.primary_cluster_addr || 'None set'],
          ]}
        />
      </Card>
    </>
  );
}
