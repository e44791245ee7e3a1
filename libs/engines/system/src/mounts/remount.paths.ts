import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  MountService,
  OnPath,
  param,
  StringField,
} from '@tidelock/engine-api';
import { notFound } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

const BOTH = "both 'from' and 'to' path must be specified as a string";
const QUEUED =
  "Mount move has been queued. Progress will be reported in Vault's server log, tagged with the returned migration_id";

class RemountBody {
  @StringField({ required: BOTH, description: 'Path of the mount; auth/… for an auth method.' }) from!: string;
  @StringField({ required: BOTH, description: 'Where to move it.' }) to!: string;
}

/** `sys/remount`. The move is part of the request's transaction: it is over when the answer comes. */
@EnginePart(SystemEngine)
export class RemountPaths {
  constructor(private readonly mounts: MountService) {}

  @OnPath('update', 'remount', {
    body: RemountBody,
    sudo: true,
    names: { members: ['from', 'to'] },
    help: 'Moves a mount, with its data, to another path. Its leases are revoked.',
  })
  async remount({ body, scope }: EngineRequest<RemountBody>): Promise<EngineResponse> {
    const id = await this.mounts.remount(scope, body.from, body.to);
    return { data: { migration_id: id }, warnings: [QUEUED], dataAtTopLevel: true };
  }

  @OnPath('read', 'remount/status/:id', { help: 'Tells what became of a move.' })
  async status(request: EngineRequest): Promise<EngineResponse> {
    const migration = await this.mounts.migration(request.scope, param(request, 'id'));
    if (migration === undefined) throw notFound();
    const { id, sourceMount, targetMount, status } = migration;
    return {
      data: { migration_id: id, migration_info: { source_mount: sourceMount, target_mount: targetMount, status } },
    };
  }
}
