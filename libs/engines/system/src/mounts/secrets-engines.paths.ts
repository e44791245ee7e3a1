import { EnginePart, type EngineRequest, type EngineResponse, MountService, OnPath } from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { MountActions } from './mount-actions';
import { EnableBody, TuneBody } from './mount-body';

const AT_PATH = { param: 'path' };

/** `sys/mounts`: the secrets engines. */
@EnginePart(SystemEngine)
export class SecretsEnginesPaths {
  private readonly actions: MountActions;

  constructor(mounts: MountService) {
    this.actions = new MountActions(mounts, 'secret');
  }

  @OnPath('read', 'mounts', { localOnly: true, help: 'Lists the secrets engines.' })
  async list(): Promise<EngineResponse> {
    return this.actions.list();
  }

  @OnPath('read', 'mounts/*path', { localOnly: true, help: 'Shows the secrets engine at a path.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    return this.actions.read(request);
  }

  @OnPath('update', 'mounts/*path', { body: EnableBody, names: AT_PATH, help: 'Mounts a secrets engine at a path.' })
  enable(request: EngineRequest<EnableBody>): Promise<undefined> {
    return this.actions.enable(request);
  }

  @OnPath('delete', 'mounts/*path', {
    names: AT_PATH,
    help: 'Unmounts a secrets engine, destroys its data and revokes its leases.',
  })
  disable(request: EngineRequest): Promise<undefined> {
    return this.actions.disable(request);
  }

  @OnPath('read', 'mounts/*path/tune', { localOnly: true, help: 'Shows the settings in force at a path.' })
  async readTuning(request: EngineRequest): Promise<EngineResponse> {
    return this.actions.readTuning(request);
  }

  @OnPath('update', 'mounts/*path/tune', {
    body: TuneBody,
    names: AT_PATH,
    help: 'Changes the settings of a secrets engine.',
  })
  tune(request: EngineRequest<TuneBody>): Promise<undefined> {
    return this.actions.tune(request);
  }
}
