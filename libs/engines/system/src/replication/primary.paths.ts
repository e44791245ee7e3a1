import {
  DurationField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  ReplicationService,
  StringField,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { OnReplicationPath } from './on-replication-path';
import { RoleChangeBody } from './role-changes.paths';

class EnablePrimaryBody extends RoleChangeBody {
  @StringField() primary_cluster_addr?: string;
}

class SecondaryTokenBody {
  @StringField() id?: string;
  @DurationField() ttl?: number;
  @StringField() secondary_public_key?: string;
  @StringField({ description: '"all" or "data": what this primary does for it.' }) forwarding?: string;
}

class RevokeSecondaryBody extends RoleChangeBody {
  @StringField() id?: string;
}

const DEFAULT_TTL_SECONDS = 30 * 60;

const ENABLED =
  'This cluster is being enabled as a primary for replication. ' +
  'Vault will be unavailable for a brief period and will resume service shortly.';
const NO_ADDRESS =
  'No redirect address set in Vault so none could be encoded in the token. ' +
  "You may need to supply Vault's API address when unwrapping the token.";

/** The primary's side of performance replication. */
@EnginePart(SystemEngine)
export class ReplicationPrimaryPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnReplicationPath('update', 'primary/enable', {
    body: EnablePrimaryBody,
    help: 'Makes this cluster the primary of a replication set.',
  })
  async enable({ body }: EngineRequest<EnablePrimaryBody>): Promise<EngineResponse> {
    if (body.dry_run) return { data: { ...(await this.replication.preview('enable-primary')) } };
    await this.replication.enablePrimary(body.primary_cluster_addr ?? '');
    return { data: null, warnings: [ENABLED] };
  }

  @OnReplicationPath('update', 'primary/secondary-token', {
    body: SecondaryTokenBody,
    sudo: true,
    help: 'Makes the activation token of a new secondary.',
  })
  async secondaryToken({ body, scope }: EngineRequest<SecondaryTokenBody>): Promise<EngineResponse> {
    const ttlSeconds = body.ttl ?? DEFAULT_TTL_SECONDS;
    if (ttlSeconds <= 0) throw badRequest('ttl must be positive');
    const id = body.id ?? '';
    const admission = { id, ttlSeconds, ...(body.forwarding !== undefined && { forwarding: body.forwarding }) };
    if (body.secondary_public_key) {
      const token = await this.replication.admitSecondaryWithKey(scope, admission, body.secondary_public_key);
      return { data: { token }, warnings: await this.replication.activationWarnings(id) };
    }
    const data = await this.replication.admitSecondary(scope, admission);
    const warnings = [
      ...(this.replication.apiAddr === '' ? [NO_ADDRESS] : []),
      ...(await this.replication.activationWarnings(id)),
    ];
    const { brokers } = data;
    return {
      data,
      warnings,
      wrap: { ttlSeconds, format: 'jwt', ...(brokers !== undefined && { claims: { brokers } }) },
    };
  }

  @OnReplicationPath('update', 'primary/revoke-secondary', {
    body: RevokeSecondaryBody,
    help: 'Shuts a secondary out, at once and for good.',
  })
  async revoke({ body }: EngineRequest<RevokeSecondaryBody>): Promise<EngineResponse | undefined> {
    const { id = '' } = body;
    if (body.dry_run) {
      const { facts, warnings } = await this.replication.previewRevocation(id);
      return { data: { ...facts }, warnings };
    }
    const warnings = await this.replication.revokeSecondary(id);
    return warnings.length === 0 ? undefined : { warnings };
  }

  /** The key that the stream is sealed with. Revoking a secondary changes it by itself; this is for any other occasion. */
  @OnPath('update', 'replication/performance/primary/rotate-stream-key', {
    sudo: true,
    localOnly: true,
    help: 'Gives the stream a new key, which the active secondaries receive.',
  })
  async rotateStreamKey(): Promise<EngineResponse> {
    const { stream, keyId, index } = await this.replication.rotateStreamKey();
    return { data: { stream, key_id: keyId, wal: index } };
  }
}
