import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  MountService,
  OnPath,
  PolicyService,
} from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { visibleMounts } from './visible-mounts';

/** `sys/internal/specs/openapi`: made from what the engines declare. */
@EnginePart(SystemEngine)
export class OpenApiPaths {
  constructor(
    private readonly mounts: MountService,
    private readonly policies: PolicyService,
  ) {}

  @OnPath(['read', 'update'], 'internal/specs/openapi', {
    unauthenticated: true,
    localOnly: true,
    fields: { generic_mount_paths: 'boolean', context: 'string' },
    help: 'OpenAPI document of the mounts that the caller has any right in, and of sys/.',
  })
  async document({ subject }: EngineRequest): Promise<EngineResponse> {
    const all = [...this.mounts.list('secret'), ...this.mounts.list('auth')];
    const visible = new Set(await visibleMounts(this.policies, subject, all));
    const shown = all.filter((mount) => mount.type === 'system' || visible.has(mount));
    return { bare: true, data: this.mounts.openApi(shown) };
  }
}
