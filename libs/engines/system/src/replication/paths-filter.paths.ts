import { BoolField, EnginePart, type EngineRequest, type EngineResponse, OnPath, param, ReplicationService, StringField, StringListField } from '@tidelock/engine-api';
import { Injectable } from '@nestjs/common';
import { badRequest, TidelockError } from '@tidelock/kernel';

class PathsFilterBody {
  @StringField({ description: '"allow" (the default): only the mounts listed; "deny": all but those.' }) mode?: string;
  @StringListField({ description: 'Mounts such as "secret/" and "auth/userpass/", or folders of mounts.' }) paths?: string[];
  @BoolField({ description: 'Only tells what the filter would hide, show, delete and send.' }) dry_run?: boolean;
}

/** Which mounts a secondary is given (paths filter API page); each action also answers at its old path without `performance/`. */
@Injectable()
@EnginePart('system')
export class ReplicationPathsFilterPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnPath('update', 'replication/performance/primary/paths-filter/:id', { body: PathsFilterBody, localOnly: true, help: 'Sets which mounts a secondary is given, before it joins or after.' })
  @OnPath('update', 'replication/primary/paths-filter/:id', { body: PathsFilterBody, localOnly: true, help: 'Old name of replication/performance/primary/paths-filter.' })
  async set(request: EngineRequest<PathsFilterBody>): Promise<EngineResponse | undefined> {
    const { mode = 'allow', paths, dry_run: dryRun } = request.body;
    if (paths === undefined) throw badRequest('paths must be specified');
    const order = { mode, paths };
    if (dryRun) return { data: { ...(await this.replication.previewPathsFilter(param(request, 'id'), order)) } };
    await this.replication.setPathsFilter(param(request, 'id'), order);
    return undefined;
  }

  @OnPath('read', 'replication/performance/primary/paths-filter/:id', { localOnly: true, help: 'The filter of a secondary.' })
  @OnPath('read', 'replication/primary/paths-filter/:id', { localOnly: true, help: 'Old name of replication/performance/primary/paths-filter.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const filter = this.replication.pathsFilter(param(request, 'id'));
    if (filter === undefined) throw new TidelockError('NOT_FOUND', { errors: [] });
    return { data: { mode: filter.mode, paths: [...filter.paths] } };
  }

  @OnPath('delete', 'replication/performance/primary/paths-filter/:id', { localOnly: true, help: 'Takes the filter of a secondary away: it is given everything.' })
  @OnPath('delete', 'replication/primary/paths-filter/:id', { localOnly: true, help: 'Old name of replication/performance/primary/paths-filter.' })
  async remove(request: EngineRequest): Promise<undefined> {
    await this.replication.setPathsFilter(param(request, 'id'), undefined);
  }

  @OnPath('read', 'replication/performance/primary/dynamic-filter/:id', { localOnly: true, help: 'Mounts that fall under a secondary\'s filter by the folder they lie in.' })
  @OnPath('read', 'replication/primary/dynamic-filter/:id', { localOnly: true, help: 'Old name of replication/performance/primary/dynamic-filter.' })
  async dynamic(request: EngineRequest): Promise<EngineResponse> {
    return dynamicAnswer(await this.replication.dynamicFilter(param(request, 'id')));
  }

  @OnPath('read', 'replication/performance/secondary/dynamic-filter/:id', { localOnly: true, help: 'As on the primary, for this secondary\'s own id.' })
  @OnPath('read', 'replication/secondary/dynamic-filter/:id', { localOnly: true, help: 'Old name of replication/performance/secondary/dynamic-filter.' })
  async ownDynamic(request: EngineRequest): Promise<EngineResponse> {
    return dynamicAnswer(await this.replication.ownDynamicFilter(param(request, 'id')));
  }
}

function dynamicAnswer(mounts: readonly string[] | undefined): EngineResponse {
  if (mounts === undefined) throw new TidelockError('NOT_FOUND', { errors: [] });
  return { data: { dynamic_filtered_mounts: [...mounts], dynamic_filtered_namespaces: [] } };
}
