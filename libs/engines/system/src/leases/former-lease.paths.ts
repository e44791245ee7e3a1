import { EnginePart, type EngineRequest, type EngineResponse, OnPath } from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { RenewBody, RevokeBody, RevokePrefixBody } from './lease-bodies';
import { LeasesPaths } from './leases.paths';

const LOCAL = { localOnly: true } as const;
const SUDO = { localOnly: true, sudo: true } as const;

/** The names that the lease calls had before `sys/leases`; clients still use them. */
@EnginePart(SystemEngine)
export class FormerLeasePaths {
  constructor(private readonly leases: LeasesPaths) {}

  @OnPath('update', 'renew', { ...LOCAL, body: RenewBody, help: 'Former name of leases/renew.' })
  renew(request: EngineRequest<RenewBody>): Promise<EngineResponse> {
    return this.leases.renew(request);
  }

  @OnPath('update', 'renew/*id', { ...LOCAL, body: RenewBody, help: 'Former name of leases/renew.' })
  renewInPath(request: EngineRequest<RenewBody>): Promise<EngineResponse> {
    return this.leases.renew(request);
  }

  @OnPath('update', 'revoke', { ...LOCAL, body: RevokeBody, help: 'Former name of leases/revoke.' })
  revoke(request: EngineRequest<RevokeBody>): Promise<EngineResponse | undefined> {
    return this.leases.revoke(request);
  }

  @OnPath('update', 'revoke/*id', { ...LOCAL, body: RevokeBody, help: 'Former name of leases/revoke.' })
  revokeInPath(request: EngineRequest<RevokeBody>): Promise<EngineResponse | undefined> {
    return this.leases.revoke(request);
  }

  @OnPath('update', 'revoke-prefix/*prefix', {
    ...SUDO,
    body: RevokePrefixBody,
    help: 'Former name of leases/revoke-prefix.',
  })
  revokePrefix(request: EngineRequest<RevokePrefixBody>): Promise<EngineResponse | undefined> {
    return this.leases.revokePrefix(request);
  }

  @OnPath('update', 'revoke-force/*prefix', { ...SUDO, help: 'Former name of leases/revoke-force.' })
  revokeForce(request: EngineRequest): Promise<undefined> {
    return this.leases.revokeForce(request);
  }
}
