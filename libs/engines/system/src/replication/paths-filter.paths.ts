import {
  BoolField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  param,
  type PathsFilterOrder,
  ReplicationService,
  StringField,
  StringListField,
} from '@tidelock/engine-api';
import { badRequest, notFound } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { OnReplicationPath } from './on-replication-path';

class PathsFilterBody {
  @StringField({ description: '"allow" (the default): only the mounts listed; "deny": all but those.' }) mode?: string;
  @StringListField({ description: 'Mounts such as "secret/" and "auth/userpass/", or folders of mounts.' })
  paths?: string[];
  @StringField({ description: '"data" (the default with a filter) or "all": what this primary does for it.' })
  forwarding?: string;
  @BoolField({ description: 'Only tells what the filter would hide, show, delete and send.', alsoInQuery: true })
  dry_run?: boolean;
}

class RemovalBody {
  @BoolField({ description: 'Only tells what would be shown and sent.', alsoInQuery: true }) dry_run?: boolean;
}

/** Which mounts a secondary is given (paths filter API page). */
@EnginePart(SystemEngine)
export class ReplicationPathsFilterPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnReplicationPath('update', 'primary/paths-filter/:id', {
    body: PathsFilterBody,
    help: 'Sets which mounts a secondary is given, before it joins or after.',
  })
  async set(request: EngineRequest<PathsFilterBody>): Promise<EngineResponse | undefined> {
    const { mode = 'allow', paths, forwarding, dry_run: dryRun } = request.body;
    if (paths === undefined) throw badRequest('paths must be specified');
    refuseOtherTypes(request.raw['paths']);
    const order = { mode, paths, ...(forwarding !== undefined && { forwarding }) };
    if (dryRun) return this.preview(param(request, 'id'), order);
    return warned(await this.replication.setPathsFilter(param(request, 'id'), order));
  }

  @OnReplicationPath('list', 'primary/paths-filter', { help: 'Every filter, by the id of its secondary.' })
  async list(): Promise<EngineResponse> {
    const filters = Object.entries(this.replication.pathsFilters()).sort(([a], [b]) => (a < b ? -1 : 1));
    if (filters.length === 0) throw notFound();
    return {
      data: {
        keys: filters.map(([id]) => id),
        key_info: Object.fromEntries(
          filters.map(([id, { mode, paths, forwarding }]) => [id, { mode, paths: [...paths], forwarding }]),
        ),
      },
    };
  }

  @OnReplicationPath('read', 'primary/paths-filter/:id', { help: 'The filter of a secondary.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const filter = this.replication.pathsFilter(param(request, 'id'));
    if (filter === undefined) throw notFound();
    return { data: { mode: filter.mode, paths: [...filter.paths], forwarding: filter.forwarding } };
  }

  @OnReplicationPath('delete', 'primary/paths-filter/:id', {
    body: RemovalBody,
    help: 'Takes the filter of a secondary away: it is given everything.',
  })
  async remove(request: EngineRequest<RemovalBody>): Promise<EngineResponse | undefined> {
    if (request.body.dry_run) return this.preview(param(request, 'id'), undefined);
    return warned(await this.replication.setPathsFilter(param(request, 'id'), undefined));
  }

  @OnReplicationPath('read', 'primary/dynamic-filter/:id', {
    help: "Mounts that fall under a secondary's filter by the folder they lie in.",
  })
  async dynamic(request: EngineRequest): Promise<EngineResponse> {
    return dynamicAnswer(await this.replication.dynamicFilter(param(request, 'id')));
  }

  @OnReplicationPath('read', 'secondary/dynamic-filter/:id', {
    help: "As on the primary, for this secondary's own id.",
  })
  async ownDynamic(request: EngineRequest): Promise<EngineResponse> {
    return dynamicAnswer(await this.replication.ownDynamicFilter(param(request, 'id')));
  }

  private async preview(id: string, order: PathsFilterOrder | undefined): Promise<EngineResponse> {
    const { facts, warnings } = await this.replication.previewPathsFilter(id, order);
    return { data: { ...facts }, warnings };
  }
}

const warned = (warnings: readonly string[]): EngineResponse | undefined =>
  warnings.length === 0 ? undefined : { data: null, warnings };

/** Elsewhere a number is taken for its text; here `5` would be a filter on a mount that nobody meant. */
function refuseOtherTypes(paths: unknown): void {
  const texts = Array.isArray(paths) ? paths : [paths];
  if (!texts.every((text) => typeof text === 'string')) throw badRequest('paths must be a list of strings');
}

function dynamicAnswer(mounts: readonly string[] | undefined): EngineResponse {
  if (mounts === undefined) throw notFound();
  return { data: { dynamic_filtered_mounts: [...mounts], dynamic_filtered_namespaces: [] } };
}
