import {
  BoolField,
  ClusterService,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  SealService,
  type SealStatus,
  StringField,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { bare, BEFORE_UNSEAL } from './bare';

export class UnsealBody {
  @StringField({ description: 'One unseal share, hex or base64.' }) key = '';
  @BoolField({ description: 'Forget the shares given so far.' }) reset = false;
  @BoolField() migrate = false;
}

const JOINING = 'this cluster is joining a replication set; it serves requests when its first copy is complete';
const JOINING_SEALED =
  'this cluster is joining a replication set: unseal it with the unseal keys of its primary, and the first copy goes on';

/** `sys/seal-status`, `sys/unseal`, `sys/seal`. */
@EnginePart(SystemEngine)
export class SealPaths {
  constructor(
    private readonly seal: SealService,
    private readonly cluster: ClusterService,
  ) {}

  @OnPath('read', 'seal-status', {
    ...BEFORE_UNSEAL,
    help: 'Tells whether the cluster is sealed, and how far an unseal has come.',
  })
  async status(): Promise<EngineResponse> {
    return this.answer(await this.seal.status());
  }

  @OnPath('update', 'unseal', { ...BEFORE_UNSEAL, body: UnsealBody, help: 'Takes one unseal share.' })
  async unseal({ body }: EngineRequest<UnsealBody>): Promise<EngineResponse> {
    if (body.reset) return this.answer(await this.seal.resetUnseal());
    if (body.key === '') throw badRequest("'key' must be specified in request body as JSON, or 'reset' set to true");
    return this.answer(await this.seal.unseal(body.key));
  }

  @OnPath('update', 'seal', { sudo: true, localOnly: true, help: 'Takes all keys out of memory.' })
  async close(): Promise<undefined> {
    await this.seal.seal();
  }

  private answer({ initialized, sealed, t, n, progress, nonce, type, recoverable }: SealStatus): EngineResponse {
    const { version, buildDate, storageType, clusterName, clusterId, isJoining } = this.cluster;
    return bare({
      type,
      initialized,
      sealed,
      t,
      n,
      progress,
      nonce,
      version,
      build_date: buildDate,
      migration: false,
      ...(!sealed && { cluster_name: clusterName, cluster_id: clusterId }),
      recovery_seal: recoverable,
      storage_type: storageType,
      ...(isJoining && { replication_note: sealed ? JOINING_SEALED : JOINING }),
    });
  }
}
