import { Link } from '@tanstack/react-router';
import type { PerformanceStatus } from '@tidelock/api-answers';
import { useStatus } from '../../cluster/queries';
import { Badges } from '../../ui/Badge';
import { ButtonLink } from '../../ui/ButtonLink';
import { Card } from '../../ui/Card';
import { Facts, type Fact } from '../../ui/Facts';
import { countOf } from '../../ui/format';
import { PageHead } from '../../ui/PageHead';
import { Skeleton } from '../../ui/Skeleton';

export function OverviewPage() {
  const { replication, unreachable } = useStatus({ watched: true });
  return (
    <>
      <PageHead title="Replication" note="Copies of this cluster in other regions, over Apache Kafka." />
      {replication === undefined ? !unreachable && <Skeleton lines={6} /> : <PerformanceCard status={replication} />}
      <Card title="Disaster Recovery">
        <p>Not part of this product: a secondary of performance replication can be promoted instead.</p>
      </Card>
    </>
  );
}

function PerformanceCard({ status }: { readonly status: PerformanceStatus }) {
  if (status.mode === 'unsupported')
    return (
      <Card title="Performance">
        <p>This server's storage cannot replicate.</p>
      </Card>
    );
  if (status.mode === 'disabled')
    return (
      <Card
        title="Performance"
        aside={
          <ButtonLink kind="primary" to="/vault/replication/performance">
            Enable
          </ButtonLink>
        }
      >
        <p>
          A primary takes all writes. Secondaries in other regions answer reads, logins and encryption from their own
          store. This cluster can begin a set as its primary, or join one as a secondary.
        </p>
      </Card>
    );
  return (
    <Card
      title="Performance"
      badges={<Badges words={['ENABLED', status.mode === 'primary' ? 'primary' : 'secondary']} />}
      aside={<Link to="/vault/replication/performance">Details</Link>}
    >
      <Facts rows={summaryOf(status)} />
    </Card>
  );
}

function summaryOf(status: Exclude<PerformanceStatus, { mode: 'disabled' | 'unsupported' }>): Fact[] {
  const set: Fact = ['Replication set', status.cluster_id, 'code'];
  const root: Fact = ['Merkle root index', status.merkle_root, 'code'];
  if (status.mode === 'primary')
    return [
      set,
      ['last_performance_wal', countOf(status.last_performance_wal)],
      ['known_secondaries', countOf(status.known_secondaries.length)],
      root,
    ];
  return [
    set,
    ['secondary_id', status.secondary_id, 'code'],
    ['state', status.state],
    ['last_remote_wal', countOf(status.last_remote_wal)],
    root,
  ];
}
