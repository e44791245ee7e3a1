import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  type LockedUsers,
  OnPath,
  param,
  StringField,
  UserLockoutService,
} from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';

export class LockedUsersBody {
  @StringField({ description: 'Only the users of the auth method with this accessor.' })
  mount_accessor?: string;
}

/** `sys/locked-users` (API page "sys/locked-users"): of this cluster, as failed logins are counted by each for itself. */
@EnginePart(SystemEngine)
export class LockedUsersPaths {
  constructor(private readonly lockout: UserLockoutService) {}

  @OnPath('read', 'locked-users', {
    body: LockedUsersBody,
    localOnly: true,
    help: 'Lists the users that are locked out after failed logins.',
  })
  async list({ body }: EngineRequest<LockedUsersBody>): Promise<EngineResponse> {
    const locked = this.lockout
      .locked(body.mount_accessor || undefined)
      .map(mountOf)
      .sort((a, b) => b.counts - a.counts);
    const total = locked.reduce((sum, { counts }) => sum + counts, 0);
    // There are no namespaces here: all users are of the root namespace.
    const namespace = { namespace_id: 'root', namespace_path: '', counts: total, mount_accessors: locked };
    return { data: { by_namespace: locked.length === 0 ? [] : [namespace], total } };
  }

  @OnPath('update', 'locked-users/:mount_accessor/unlock/*alias_identifier', {
    localOnly: true,
    help: 'Lets a user log in again; one who is not locked is no error.',
  })
  async unlock(request: EngineRequest): Promise<undefined> {
    this.lockout.unlock(param(request, 'mount_accessor'), param(request, 'alias_identifier'));
  }
}

const mountOf = ({ mountAccessor, aliases }: LockedUsers) => ({
  mount_accessor: mountAccessor,
  counts: aliases.length,
  alias_identifiers: aliases,
});
