import { counter, gauge, type Metric, summary } from '@tidelock/kernel';
import type { FollowedStream, FollowState } from '@tidelock/stream';
import type { PrimaryLink } from '../roles/primary-link';
import type { SecondaryRole } from '../roles/secondary-role';
import { labelled } from './labelled';
import type { StatusBlock } from './replication-status';
import { rpcMetrics } from './rpc-metrics';

const STATES: readonly FollowState[] = ['stream-wals', 'merkle-diff', 'merkle-sync', 'idle'];

export function secondaryMetrics({ primary, stream }: SecondaryRole, status: StatusBlock): Metric[] {
  return [
    gauge(
      'vault.replication.fsm.last_remote_wal',
      'Index of the last mutation applied.',
      Number(status['last_remote_wal']),
    ),
    gauge('tidelock.replication.connected', 'Whether the primary answers.', primary?.connectionState === 'ready'),
    ...(primary ? linkMetrics(primary, status) : []),
    ...(stream ? followMetrics(stream) : []),
  ];
}

function linkMetrics(primary: PrimaryLink, status: StatusBlock): Metric[] {
  const { canaryAgeMs, clockSkewMs } = primary.echo();
  return [
    gauge(
      'vault.replication.fsm.last_upstream_remote_wal',
      'Index that the primary told of last.',
      primary.primaryIndex,
    ),
    gauge(
      'tidelock.replication.lag_mutations',
      'Mutations of the primary yet to be applied here.',
      Number(status['lag_mutations']),
    ),
    gauge(
      'tidelock.replication.lag_seconds',
      'Time since this cluster was last known to have all that the primary had; 0 = it has.',
      Number(status['lag_seconds']),
    ),
    gauge(
      'tidelock.replication.canary_age_seconds',
      'Age of the newest message of the stream applied here.',
      canaryAgeMs / 1000,
    ),
    gauge('tidelock.replication.clock_skew_seconds', "How far the primary's clock is ahead.", clockSkewMs / 1000),
    ...rpcMetrics('client', primary.calls),
  ];
}

function followMetrics(stream: FollowedStream): Metric[] {
  const { state, poison, progress } = stream.status();
  const { figures } = stream;
  const { done = 0, total = 0, bytes = 0, rate = 0, etaSeconds = 0 } = progress ?? {};
  const sum = [...figures.found.values()].reduce((all, one) => all + one, 0);
  return [
    gauge(
      'tidelock.replication.state',
      'What this secondary does: 1 for the state it is in.',
      labelled(
        'state',
        STATES.map((one) => [one, Number(one === state)] as const),
      ),
    ),
    gauge('tidelock.replication.poisoned', 'Whether a mutation cannot be applied here.', poison !== undefined),
    counter('tidelock.replication.applied_mutations_total', 'Mutations applied from the stream.', figures.mutations),
    gauge('tidelock.replication.apply_rate', 'Mutations applied in a second, over the last ten.', figures.applyRate()),
    counter('tidelock.replication.gaps_found_total', 'How often the stream had to be left, whatever the reason.', sum),
    counter('tidelock.replication.gaps_healed_total', 'How often it was followed again after that.', figures.healed),
    counter(
      'tidelock.replication.stream_left_total',
      'How often the stream had to be left, by reason.',
      labelled('reason', figures.found),
    ),
    counter(
      'tidelock.replication.refused_total',
      'Messages that had no effect, by reason.',
      labelled('reason', figures.refused),
    ),
    summary('vault.replication.merkleSync', 'Comparisons with the primary, copies included.', figures.syncs),
    gauge('tidelock.replication.sync.done', 'Records copied or deleted by the sync under way.', done),
    gauge('tidelock.replication.sync.total', 'Records it has to do, as far as known.', total),
    gauge('tidelock.replication.sync.bytes', 'Bytes it has copied.', bytes),
    gauge('tidelock.replication.sync.rate', 'Records per second.', rate),
    gauge('tidelock.replication.sync.eta_seconds', 'Time it is expected to take still.', etaSeconds),
  ];
}
