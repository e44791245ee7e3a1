import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  param,
  PasswordPolicyService,
  StringField,
} from '@tidelock/engine-api';
import { notFound } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class PasswordPolicyBody {
  @StringField() policy?: string;
}

/** Rules for generated passwords (API page "/sys/policies/password"). */
@EnginePart(SystemEngine)
export class PasswordPoliciesPaths {
  constructor(private readonly policies: PasswordPolicyService) {}

  @OnPath('list', 'policies/password', { help: 'Lists the password policies.' })
  async list({ scope }: EngineRequest): Promise<EngineResponse> {
    const keys = await this.policies.names(scope);
    if (keys.length === 0) throw notFound();
    return { data: { keys } };
  }

  @OnPath('read', 'policies/password/:name', { help: 'Reads a password policy.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const policy = await this.policies.read(request.scope, param(request, 'name'));
    if (policy === undefined) throw notFound();
    return { data: { policy } };
  }

  @OnPath('update', 'policies/password/:name', { body: PasswordPolicyBody, help: 'Writes a password policy.' })
  async write(request: EngineRequest<PasswordPolicyBody>): Promise<undefined> {
    await this.policies.write(request.scope, param(request, 'name'), request.body.policy ?? '');
  }

  @OnPath('delete', 'policies/password/:name', { help: 'Deletes a password policy.' })
  async remove(request: EngineRequest): Promise<undefined> {
    await this.policies.remove(request.scope, param(request, 'name'));
  }

  @OnPath('read', 'policies/password/:name/generate', { help: 'Makes a password by a policy.' })
  async generate(request: EngineRequest): Promise<EngineResponse> {
    return { data: { password: await this.policies.generate(request.scope, param(request, 'name')) } };
  }
}
