import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  type MountEntry,
  MountService,
  OnPath,
  param,
  PolicyService,
} from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { byPath, entryOf, namedPath, optionsOf } from './mount-answer';
import { maySee, visibleMounts } from './visible-mounts';

const briefly = (mount: MountEntry) => ({
  type: mount.type,
  description: mount.description,
  options: optionsOf(mount),
});

/** `sys/internal/ui/mounts`: mounts for callers that may not list them. The CLI asks it before each `kv` command. */
@EnginePart(SystemEngine)
export class UiMountsPaths {
  constructor(
    private readonly mounts: MountService,
    private readonly policies: PolicyService,
  ) {}

  @OnPath('read', 'internal/ui/mounts', {
    localOnly: true,
    unauthenticated: true,
    help: 'Lists the mounts that the caller has any right in.',
  })
  async list({ subject }: EngineRequest): Promise<EngineResponse> {
    const show = subject === undefined ? briefly : entryOf;
    const [secret, auth] = await Promise.all(
      (['secret', 'auth'] as const).map(async (kind) =>
        byPath(await visibleMounts(this.policies, subject, this.mounts.list(kind)), show),
      ),
    );
    return { data: { secret, auth } };
  }

  /** @throws {TidelockError} PERMISSION_DENIED, also where nothing is mounted: the two cannot be told apart. */
  @OnPath('read', 'internal/ui/mounts/*path', {
    localOnly: true,
    unauthenticated: true,
    help: 'Shows the mount that serves a path.',
  })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const path = namedPath('secret', param(request, 'path'));
    const mount = this.mounts.mountAt(path);
    if (mount === undefined || !(await maySee(this.policies, request.subject, mount))) {
      throw new TidelockError(
        'PERMISSION_DENIED',
        `preflight capability check returned 403, please ensure client's policies grant access to path ${JSON.stringify(path)}`,
      );
    }
    return { data: { ...entryOf(mount), path: mount.path } };
  }
}
