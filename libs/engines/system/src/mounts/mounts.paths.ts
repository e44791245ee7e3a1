import {
  type EngineKind,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  MountService,
  OnPath,
  param,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { entriesOf, entryOf, namedPath, tuneOf } from './mount-answer';
import { EnableBody, orderOf, TuneBody, tuningOf } from './mount-body';

const AT_PATH = { param: 'path' };
const AT_AUTH_PATH = { param: 'path', within: 'auth/' };

/** `sys/mounts` and `sys/auth`: the secrets engines, and the auth methods. */
@EnginePart(SystemEngine)
export class MountsPaths {
  constructor(private readonly mounts: MountService) {}

  @OnPath('read', 'auth', { localOnly: true, help: 'Lists the auth methods.' })
  @OnPath('read', 'mounts', { localOnly: true, help: 'Lists the secrets engines.' })
  async list(request: EngineRequest): Promise<EngineResponse> {
    return { data: entriesOf(this.mounts.list(kindOf(request))), dataAtTopLevel: true };
  }

  /** @throws {TidelockError} INVALID_REQUEST when nothing is mounted there. */
  @OnPath('read', 'auth/*path', { localOnly: true, help: 'Shows the auth method at a path.' })
  @OnPath('read', 'mounts/*path', { localOnly: true, help: 'Shows the secrets engine at a path.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const [kind, path] = [kindOf(request), param(request, 'path')];
    const mount = this.mounts.find(kind, path);
    const name = kind === 'auth' ? 'auth engine' : 'secret engine mount';
    if (mount === undefined) throw badRequest(`No ${name} at ${namedPath('secret', path)}`);
    return { data: entryOf(mount), dataAtTopLevel: true };
  }

  @OnPath('update', 'auth/*path', {
    body: EnableBody,
    names: AT_AUTH_PATH,
    sudo: true,
    help: 'Enables an auth method at a path.',
  })
  @OnPath('update', 'mounts/*path', { body: EnableBody, names: AT_PATH, help: 'Mounts a secrets engine at a path.' })
  async enable(request: EngineRequest<EnableBody>): Promise<undefined> {
    await this.mounts.enable(request.scope, orderOf(kindOf(request), param(request, 'path'), request.body));
  }

  @OnPath('delete', 'auth/*path', {
    names: AT_AUTH_PATH,
    sudo: true,
    help: 'Disables an auth method and revokes the tokens made by it.',
  })
  @OnPath('delete', 'mounts/*path', {
    names: AT_PATH,
    help: 'Unmounts a secrets engine, destroys its data and revokes its leases.',
  })
  async disable(request: EngineRequest): Promise<undefined> {
    await this.mounts.disable(request.scope, kindOf(request), param(request, 'path'));
  }

  /** @throws {TidelockError} INVALID_REQUEST when nothing is mounted there. */
  @OnPath('read', 'auth/*path/tune', { localOnly: true, sudo: true, help: 'Shows the settings in force at a path.' })
  @OnPath('read', 'mounts/*path/tune', { localOnly: true, help: 'Shows the settings in force at a path.' })
  async readTuning(request: EngineRequest): Promise<EngineResponse> {
    const [kind, path] = [kindOf(request), param(request, 'path')];
    const mount = this.mounts.find(kind, path);
    if (mount === undefined) throw badRequest(`cannot fetch sysview for path ${JSON.stringify(namedPath(kind, path))}`);
    return { data: tuneOf(mount), dataAtTopLevel: true };
  }

  @OnPath('update', 'auth/*path/tune', {
    body: TuneBody,
    names: AT_AUTH_PATH,
    sudo: true,
    help: 'Changes the settings of an auth method.',
  })
  @OnPath('update', 'mounts/*path/tune', {
    body: TuneBody,
    names: AT_PATH,
    help: 'Changes the settings of a secrets engine.',
  })
  async tune(request: EngineRequest<TuneBody>): Promise<undefined> {
    await this.mounts.tune(request.scope, kindOf(request), param(request, 'path'), tuningOf(request.body));
  }
}

const kindOf = ({ path }: EngineRequest<object>): EngineKind => (path.startsWith('auth') ? 'auth' : 'secret');
