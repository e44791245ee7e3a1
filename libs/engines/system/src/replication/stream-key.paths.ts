import { EnginePart, type EngineResponse, OnPath, ReplicationService } from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';

/** The key that a primary's stream is sealed with. Revoking a secondary changes it by itself; this is for any other occasion. */
@EnginePart(SystemEngine)
export class ReplicationStreamKeyPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnPath('update', 'replication/performance/primary/rotate-stream-key', {
    sudo: true,
    localOnly: true,
    help: 'Gives the stream a new key, which the active secondaries receive.',
  })
  async rotate(): Promise<EngineResponse> {
    const { stream, keyId, index } = await this.replication.rotateStreamKey();
    return { data: { stream, key_id: keyId, wal: index } };
  }
}
