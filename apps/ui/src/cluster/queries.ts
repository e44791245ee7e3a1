import type { PerformanceAnswer, PerformanceStatus } from '@tidelock/api-answers';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/errors';
import { type Envelope, send } from '../api/send';

/** How often what stands on every page is asked, and a page that watches replication; milliseconds. */
const EVERYWHERE_MS = 10_000;
const WATCHED_MS = 2000;

/** `sys/health`: any of its statuses is an answer. */
interface HealthAnswer {
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly cluster_name?: string;
  readonly version: string;
}

/** These calls are open: no poll has a token. */
const health = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) =>
    send<HealthAnswer>(
      { method: 'GET', path: 'sys/health' },
      { signal, isAnswer: (status) => [429, 472, 473, 501, 503].includes(status) },
    ),
  refetchInterval: EVERYWHERE_MS,
});

const replication = queryOptions({
  queryKey: ['replication'],
  queryFn: ({ signal }) =>
    send<Envelope<{ readonly performance: PerformanceAnswer }>>(
      { method: 'GET', path: 'sys/replication/status' },
      { signal },
    ),
  refetchInterval: EVERYWHERE_MS,
});

/** What is known of the cluster, and since when. */
export interface ClusterStatus {
  readonly health: HealthAnswer | undefined;
  readonly replication: PerformanceStatus | undefined;
  /** It gave no answer when it was asked last. */
  readonly unreachable: boolean;
  /** Milliseconds: when replication was told last; 0: never. */
  readonly readAt: number;
}

/** What no page can do without; an answer of another build may lack it. */
const BLANK = {
  state: '',
  connection_state: '',
  merkle_root: '',
  known_secondaries: [],
  known_secondary_states: {},
  secondaries: [],
  primaries: [],
  known_primary_cluster_addrs: [],
  journal: {},
};

/** `undefined` also while a role is being taken up. */
function runningIn(answer: PerformanceAnswer | undefined): PerformanceStatus | undefined {
  if (answer === undefined || answer.mode === 'disabled' || answer.mode === 'unsupported') return answer;
  return answer.cluster_id === undefined ? undefined : { ...BLANK, ...answer };
}

/** @param watched the page shows replication as it goes on. */
export function useStatus({ watched = false } = {}): ClusterStatus {
  const asked = useQuery(health);
  const told = useQuery({ ...replication, ...(watched && { refetchInterval: WATCHED_MS }) });
  const isAway = (error: unknown): boolean => error instanceof ApiError && error.status === 0;
  return {
    health: asked.data,
    replication: runningIn(told.data?.data.performance),
    unreachable: isAway(asked.error) || isAway(told.error),
    readAt: told.dataUpdatedAt,
  };
}
