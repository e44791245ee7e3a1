import {
  BoolField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  ReplicationService,
  type RoleChange,
  StringField,
  StringListField,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { OnReplicationPath } from './on-replication-path';
import { activationOf, EnableSecondaryBody, FOUND } from './secondary.paths';

export class RoleChangeBody {
  /** A preview must not become a change for where it is asked for. */
  @BoolField({ description: 'Only tells what the change would do.', alsoInQuery: true }) dry_run?: boolean;
}

class DemoteBody extends RoleChangeBody {
  @BoolField({ description: 'Demote although the broker has not got everything.' }) force?: boolean;
}

class PromoteBody extends RoleChangeBody {
  @StringField({ description: 'Address that secondaries are given for this cluster.' }) primary_cluster_addr?: string;
  @BoolField({ description: 'Promote although safety checks fail; what has not arrived here is lost.' })
  force?: boolean;
}

class UpdatePrimaryBody extends EnableSecondaryBody {
  @StringListField({ description: 'Cluster addresses of the same primary, tried in this order.' })
  update_primary_addrs?: string[];
  @BoolField({
    description: 'Only tries the token and the broker, or the addresses; the token stays good.',
    alsoInQuery: true,
  })
  dry_run?: boolean;
}

const UNAVAILABLE = 'Vault will be unavailable for a brief period and will resume service shortly.';
const DEMOTED = `This cluster is being demoted to a replication secondary. ${UNAVAILABLE}`;
const PROMOTED = `This cluster is being promoted to a replication primary. ${UNAVAILABLE}`;
const DISABLED = `This cluster is having replication disabled. ${UNAVAILABLE}`;

const done = (...warnings: string[]): EngineResponse => ({ data: null, warnings });

/** Changes of the replication role. */
@EnginePart(SystemEngine)
export class ReplicationRolePaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnReplicationPath('update', 'primary/demote', {
    body: DemoteBody,
    help: 'Makes this primary a secondary without a primary.',
  })
  async demote({ body }: EngineRequest<DemoteBody>): Promise<EngineResponse> {
    if (body.dry_run) return this.preview('demote-primary');
    const { warnings } = await this.replication.demotePrimary(body.force ?? false);
    return done(DEMOTED, ...warnings);
  }

  @OnReplicationPath('update', 'primary/disable', {
    body: RoleChangeBody,
    help: 'Ends replication on this primary; its secondaries are cut off.',
  })
  async disablePrimary({ body }: EngineRequest<RoleChangeBody>): Promise<EngineResponse> {
    if (body.dry_run) return this.preview('disable-primary');
    await this.replication.disablePrimary();
    return done(DISABLED);
  }

  @OnReplicationPath('update', 'secondary/disable', {
    body: RoleChangeBody,
    help: 'Leaves the replication set; the data stays.',
  })
  async disableSecondary({ body }: EngineRequest<RoleChangeBody>): Promise<EngineResponse> {
    if (body.dry_run) return this.preview('disable-secondary');
    await this.replication.disableSecondary();
    return done(DISABLED);
  }

  @OnReplicationPath('update', 'secondary/promote', {
    body: PromoteBody,
    help: 'Makes this secondary the primary of its set.',
  })
  async promote({ body }: EngineRequest<PromoteBody>): Promise<EngineResponse> {
    if (body.dry_run) return this.preview('promote-secondary');
    await this.replication.promoteSecondary({
      primaryClusterAddr: body.primary_cluster_addr ?? '',
      force: body.force ?? false,
    });
    return done(PROMOTED);
  }

  @OnReplicationPath('update', 'secondary/update-primary', {
    body: UpdatePrimaryBody,
    help: 'Follows another primary of the set, or none; without a wipe.',
  })
  async updatePrimary({ body }: EngineRequest<UpdatePrimaryBody>): Promise<EngineResponse> {
    const addresses = body.update_primary_addrs ?? [];
    if (body.token && addresses.length > 0) throw badRequest('token and update_primary_addrs are mutually exclusive');
    if (body.token === undefined && addresses.length === 0) throw badRequest('token must be specified');
    const update = addresses.length > 0 ? { addresses } : body.token ? { activation: activationOf(body) } : undefined;
    if (body.dry_run) return { data: await this.replication.previewUpdatePrimary(update) };
    await this.replication.updatePrimary(update);
    return done(body.token ? FOUND : 'This cluster is having its primary updated.');
  }

  private async preview(change: RoleChange): Promise<EngineResponse> {
    return { data: { ...(await this.replication.preview(change)) } };
  }
}
