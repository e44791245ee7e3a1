import { EnginePart, type EngineRequest, type EngineResponse, MountService, OnPath } from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { MountActions } from './mount-actions';
import { EnableBody, TuneBody } from './mount-body';

const AT_PATH = { param: 'path', within: 'auth/' };

/** `sys/auth`: the auth methods. */
@EnginePart(SystemEngine)
export class AuthMethodsPaths {
  private readonly actions: MountActions;

  constructor(mounts: MountService) {
    this.actions = new MountActions(mounts, 'auth');
  }

  @OnPath('read', 'auth', { localOnly: true, help: 'Lists the auth methods.' })
  async list(): Promise<EngineResponse> {
    return this.actions.list();
  }

  @OnPath('read', 'auth/*path', { localOnly: true, help: 'Shows the auth method at a path.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    return this.actions.read(request);
  }

  @OnPath('update', 'auth/*path', {
    body: EnableBody,
    names: AT_PATH,
    sudo: true,
    help: 'Enables an auth method at a path.',
  })
  enable(request: EngineRequest<EnableBody>): Promise<undefined> {
    return this.actions.enable(request);
  }

  @OnPath('delete', 'auth/*path', {
    names: AT_PATH,
    sudo: true,
    help: 'Disables an auth method and revokes the tokens made by it.',
  })
  disable(request: EngineRequest): Promise<undefined> {
    return this.actions.disable(request);
  }

  @OnPath('read', 'auth/*path/tune', { localOnly: true, sudo: true, help: 'Shows the settings in force at a path.' })
  async readTuning(request: EngineRequest): Promise<EngineResponse> {
    return this.actions.readTuning(request);
  }

  @OnPath('update', 'auth/*path/tune', {
    body: TuneBody,
    names: AT_PATH,
    sudo: true,
    help: 'Changes the settings of an auth method.',
  })
  tune(request: EngineRequest<TuneBody>): Promise<undefined> {
    return this.actions.tune(request);
  }
}
