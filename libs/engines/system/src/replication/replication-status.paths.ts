import { EnginePart, type EngineResponse, OnPath, ReplicationService } from '@tidelock/engine-api';
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

  @OnPath('read', 'replication/dr/status', {
    ...OPEN,
    help: 'Status of disaster recovery replication, which is not part of this service.',
  })
  async disasterRecovery(): Promise<EngineResponse> {
    return { data: { mode: 'disabled' } };
  }
}
