import {
  type AuthGrant,
  Engine,
  type EngineLifecycle,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  param,
  type RenewContext,
} from '@tidelock/engine-api';
import { note } from './trace';

/** Lets everybody in, and notes whose token is renewed. */
@Engine({ kind: 'auth', type: 'contract', help: 'Lets everybody in.' })
export class ContractLogin implements EngineLifecycle {
  @OnPath('update', 'login/:name', { login: true, help: 'Logs in by name.' })
  async login(request: EngineRequest): Promise<EngineResponse> {
    const displayName = param(request, 'name');
    return { grant: { displayName, policies: [], metadata: null, ttlSeconds: 600, renewable: true } };
  }

  async renewAuth(grant: AuthGrant, { incrementSeconds, mount }: RenewContext): Promise<AuthGrant> {
    note(`renew ${grant.displayName} of ${mount.path} by ${incrementSeconds}`);
    return { ...grant, ttlSeconds: incrementSeconds };
  }
}
