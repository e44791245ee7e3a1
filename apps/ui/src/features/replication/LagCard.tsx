import type { PerformanceHistory } from '@tidelock/api-answers';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { messageOf } from '../../api/errors';
import type { ApiRequest } from '../../api/request';
import { type Envelope, send } from '../../api/send';
import { Alert } from '../../ui/Alert';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { durationOf } from '../../ui/format';
import { lagSeriesIn, newestIn, quantileOf } from './lag-series';

const SHOWN_MS = 5 * 60_000;
const EVERY_MS = 2000;

const KEY = ['lag-history'];

/** By the clock of the cluster, which is behind its newest point: that of this browser may be another. */
const historyBehind = (known: Envelope<PerformanceHistory> | undefined): ApiRequest => ({
  method: 'GET',
  path: 'sys/replication/performance/history',
  ...(known && { query: { since: new Date(shownSince(known.data)).toISOString() } }),
});

const shownSince = (history: PerformanceHistory): number => Math.max(newestIn(history) - SHOWN_MS, 0);

const LagChart = lazy(async () => ({ default: (await import('./LagChart')).LagChart }));
const LagTable = lazy(async () => ({ default: (await import('./LagTable')).LagTable }));

/** How old each secondary's state was, over the last minutes. */
export function LagCard() {
  const queries = useQueryClient();
  const [asTable, setAsTable] = useState(false);
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => send<Envelope<PerformanceHistory>>(historyBehind(queries.getQueryData(KEY)), { signal }),
    refetchInterval: EVERY_MS,
  });
  if (error !== null) return <Alert kind="warn">{messageOf(error)}</Alert>;
  if (data === undefined) return null;
  const lines = lagSeriesIn(data.data, shownSince(data.data));
  const [p50, p99] = [quantileOf(lines, 0.5), quantileOf(lines, 0.99)];
  return (
    <Card
      title="Replication lag"
      aside={
        <Button aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Table
        </Button>
      }
    >
      <p>
        Last 5 minutes{p50 !== undefined && p99 !== undefined && ` · p50 ${durationOf(p50)} · p99 ${durationOf(p99)}`}
      </p>
      {lines.seconds.length === 0 ? (
        <p>Nothing was measured yet.</p>
      ) : (
        <Suspense fallback={null}>{asTable ? <LagTable lines={lines} /> : <LagChart lines={lines} />}</Suspense>
      )}
    </Card>
  );
}
