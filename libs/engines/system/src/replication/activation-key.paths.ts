import { EnginePart, type EngineRequest, type EngineResponse, OnPath, ReplicationService } from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';

/** Activation without a call to the primary's API: its token is encrypted to a key of the secondary. */
@EnginePart(SystemEngine)
export class ReplicationActivationKeyPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnPath('update', 'replication/performance/secondary/generate-public-key', {
    localOnly: true,
    help: 'Makes the key that the next activation token is encrypted to.',
  })
  @OnPath('update', 'replication/secondary/generate-public-key', {
    localOnly: true,
    help: 'Old name of replication/performance/secondary/generate-public-key.',
  })
  async generate({ scope }: EngineRequest): Promise<EngineResponse> {
    return { data: { secondary_public_key: await this.replication.generatePublicKey(scope) } };
  }
}
