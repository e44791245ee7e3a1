import { EnginePart, type EngineRequest, type EngineResponse, OnPath, ReplicationService } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

/** Served while the first copy is under way; a sealed cluster knows nothing and says so. */
const OPEN = { unauthenticated: true, unaudited: true, localOnly: true, whileSealed: true } as const;

/** Replication status: no token, never audited (replication API page). */
@EnginePart(SystemEngine)
export class ReplicationStatusPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnPath('read', 'replication/status', { ...OPEN, help: 'Status of all kinds of replication.' })
  async all(): Promise<EngineResponse> {
    return { data: { dr: { mode: 'disabled' }, performance: await this.replication.status() } };
  }

  @OnPath('read', 'replication/performance/status', { ...OPEN, help: 'Status of performance replication.' })
  async performance(): Promise<EngineResponse> {
    return { data: await this.replication.status() };
  }

  @OnPath('read', 'replication/performance/history', {
    ...OPEN,
    help: 'How far secondaries were behind in the last fifteen minutes; since=<RFC 3339>: from behind that time on.',
    fields: { since: 'string' },
  })
  async history({ raw }: EngineRequest): Promise<EngineResponse> {
    return { data: this.replication.history(timeIn(raw['since'])) };
  }

  @OnPath('read', 'replication/dr/status', {
    ...OPEN,
    help: 'Status of disaster recovery replication, which is not part of this service.',
  })
  async disasterRecovery(): Promise<EngineResponse> {
    return { data: { mode: 'disabled' } };
  }
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** @returns ms since the Unix epoch. */
function timeIn(since: unknown): number | undefined {
  if (since === undefined || since === '') return undefined;
  const time = typeof since === 'string' && RFC3339.test(since) ? Date.parse(since) : NaN;
  if (Number.isNaN(time)) throw badRequest('since must be a time as RFC 3339 writes it: 2026-01-05T10:15:57Z');
  return time;
}
