import {
  BoolField,
  DurationField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  LeaseService,
  OnPath,
  StringField,
} from '@tidelock/engine-api';
import { badRequest, notFound, rfc3339 } from '@tidelock/kernel';
import { pathsOfTwoNames } from '../engine/paths-of-two-names';
import { SystemEngine } from '../engine/system-engine';

class LeaseBody {
  @StringField() lease_id?: string;
}

class RenewBody extends LeaseBody {
  @DurationField() increment?: number;
}

class RevokeBody extends LeaseBody {
  @BoolField() sync?: boolean;
}

class RevokePrefixBody {
  @BoolField() sync?: boolean;
}

const LOCAL = { localOnly: true } as const;
const SUDO = { localOnly: true, sudo: true } as const;
const LATER: EngineResponse = { status: 202, data: null };

/** What these calls were named before `sys/leases` is still used by clients. */
const OnLeasePath = pathsOfTwoNames('leases/', '', 'Former name of ', LOCAL);

/** `sys/leases`: the leases of this cluster (API page "/sys/leases"). */
@EnginePart(SystemEngine)
export class LeasesPaths {
  constructor(private readonly leases: LeaseService) {}

  @OnPath('update', 'leases/lookup', { ...LOCAL, body: LeaseBody, help: 'Shows a lease.' })
  async lookup(request: EngineRequest<LeaseBody>): Promise<EngineResponse> {
    const lease = await this.leases.lookup(request.scope, idOf(request.body.lease_id), request.now);
    const time = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));
    const data = {
      id: lease.leaseId,
      issue_time: time(lease.issuedAt),
      expire_time: time(lease.expiresAt),
      last_renewal: time(lease.lastRenewal),
      renewable: lease.renewable,
      ttl: lease.expiresAt === null ? 0 : Math.max(0, Math.floor((lease.expiresAt - request.now) / 1000)),
    };
    return { data };
  }

  @OnPath('list', 'leases/lookup/*prefix?', { ...SUDO, help: 'Lists the leases below a prefix.' })
  async list({ scope, params }: EngineRequest): Promise<EngineResponse> {
    const prefix = params['prefix'] ?? '';
    const keys = await this.leases.list(scope, prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`);
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  @OnLeasePath('update', 'renew/*id', { body: RenewBody, help: 'Extends the lease in the path.' })
  @OnLeasePath('update', 'renew', { body: RenewBody, help: 'Extends a lease.' })
  async renew(request: EngineRequest<RenewBody>): Promise<EngineResponse> {
    const { body, params } = request;
    const renewal = { leaseId: idOf(body.lease_id ?? params['id']), incrementSeconds: body.increment ?? 0 };
    const renewed = await this.leases.renew(request, renewal);
    return { renewedLease: renewed, warnings: renewed.warnings };
  }

  @OnLeasePath('update', 'revoke/*id', { body: RevokeBody, help: 'Ends the lease in the path.' })
  @OnLeasePath('update', 'revoke', { body: RevokeBody, help: 'Ends a lease.' })
  async revoke(request: EngineRequest<RevokeBody>): Promise<EngineResponse | undefined> {
    const { body, params, now } = request;
    const id = idOf(body.lease_id ?? params['id']);
    await (body.sync ? this.leases.revoke(request, id) : this.leases.revokeLater(id, now));
    return undefined;
  }

  @OnLeasePath('update', 'revoke-prefix/*prefix', {
    sudo: true,
    body: RevokePrefixBody,
    help: 'Ends all leases below a prefix.',
  })
  async revokePrefix(request: EngineRequest<RevokePrefixBody>): Promise<EngineResponse | undefined> {
    const wait = request.body.sync ?? true;
    await this.leases.revokePrefix(request, request.params['prefix'] ?? '', { wait });
    return wait ? undefined : LATER;
  }

  @OnLeasePath('update', 'revoke-force/*prefix', {
    sudo: true,
    help: 'Drops all leases below a prefix, and what requests that failed left outside of mounts there, although the engine fails to undo them.',
  })
  async revokeForce(request: EngineRequest): Promise<undefined> {
    await this.leases.revokePrefix(request, request.params['prefix'] ?? '', { force: true });
  }

  @OnPath('update', 'leases/tidy', {
    ...SUDO,
    help: 'Looks for leases that are over, and tries the irrevocable ones again.',
  })
  async tidy({ now }: EngineRequest): Promise<EngineResponse> {
    this.leases.tidy(now);
    const warning =
      "Tidy operation successfully started. Any information from the operation will be printed to Vault's server logs.";
    return { status: 202, data: null, warnings: [warning] };
  }

  @OnPath('read', 'leases/count', { ...LOCAL, help: 'Counts the leases of this cluster.' })
  async count({ raw }: EngineRequest): Promise<EngineResponse> {
    const { total, byMount } = await this.leases.count(raw['type'] === 'irrevocable' ? 'irrevocable' : 'all');
    return { data: { lease_count: total, counts: byMount } };
  }
}

function idOf(id: string | undefined): string {
  if (!id) throw badRequest('lease_id must be specified');
  return id;
}
