import { type EngineKind, type EngineRequest, type EngineResponse, MountService, param } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { entriesOf, entryOf, namedPath, tuneOf } from './mount-answer';
import { type EnableBody, orderOf, type TuneBody, tuningOf } from './mount-body';

/** What can be done with the mounts of one kind: the same for secrets engines and auth methods. */
export class MountActions {
  constructor(
    private readonly mounts: MountService,
    private readonly kind: EngineKind,
  ) {}

  list(): EngineResponse {
    return { data: entriesOf(this.mounts.list(this.kind)), dataAtTopLevel: true };
  }

  /** @throws {TidelockError} INVALID_REQUEST when nothing is mounted there. */
  read(request: EngineRequest): EngineResponse {
    const path = param(request, 'path');
    const mount = this.mounts.find(this.kind, path);
    const name = this.kind === 'auth' ? 'auth engine' : 'secret engine mount';
    if (mount === undefined) throw badRequest(`No ${name} at ${namedPath('secret', path)}`);
    return { data: entryOf(mount), dataAtTopLevel: true };
  }

  async enable(request: EngineRequest<EnableBody>): Promise<undefined> {
    await this.mounts.enable(request.scope, orderOf(this.kind, param(request, 'path'), request.body));
  }

  async disable(request: EngineRequest): Promise<undefined> {
    await this.mounts.disable(request.scope, this.kind, param(request, 'path'));
  }

  /** @throws {TidelockError} INVALID_REQUEST when nothing is mounted there. */
  readTuning(request: EngineRequest): EngineResponse {
    const path = param(request, 'path');
    const mount = this.mounts.find(this.kind, path);
    if (mount === undefined)
      throw badRequest(`cannot fetch sysview for path ${JSON.stringify(namedPath(this.kind, path))}`);
    return { data: tuneOf(mount), dataAtTopLevel: true };
  }

  async tune(request: EngineRequest<TuneBody>): Promise<undefined> {
    await this.mounts.tune(request.scope, this.kind, param(request, 'path'), tuningOf(request.body));
  }
}
