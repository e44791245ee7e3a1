import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  param,
  PolicyService,
  StringField,
} from '@tidelock/engine-api';
import { notFound } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class PolicyBody {
  @StringField() policy?: string;
  @StringField() rules?: string;
}

/** ACL policies, at their present and their former place (API pages "/sys/policies", "/sys/policy"). */
@EnginePart(SystemEngine)
export class AclPoliciesPaths {
  constructor(private readonly policies: PolicyService) {}

  @OnPath('list', 'policies/acl', { help: 'Lists the ACL policies.' })
  async list({ scope }: EngineRequest): Promise<EngineResponse> {
    return { data: { keys: await this.policies.names(scope) } };
  }

  @OnPath('read', 'policies/acl/*name', { help: 'Reads an ACL policy.' })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const { name, text } = await this.find(request);
    return { data: { name, policy: text } };
  }

  @OnPath(['read', 'list'], 'policy', { help: 'Lists the ACL policies.' })
  async listByFormerName({ scope }: EngineRequest): Promise<EngineResponse> {
    const names = await this.policies.names(scope);
    return { data: { keys: names, policies: names }, dataAtTopLevel: true };
  }

  @OnPath('read', 'policy/*name', { help: 'Reads an ACL policy.' })
  async readByFormerName(request: EngineRequest): Promise<EngineResponse> {
    const { name, text } = await this.find(request);
    return { data: { name, rules: text }, dataAtTopLevel: true };
  }

  @OnPath('update', 'policy/*name', { body: PolicyBody, help: 'Writes an ACL policy.' })
  @OnPath('update', 'policies/acl/*name', { body: PolicyBody, help: 'Writes an ACL policy, in HCL or JSON.' })
  async write(request: EngineRequest<PolicyBody>): Promise<EngineResponse | undefined> {
    const { scope, body } = request;
    const warnings = await this.policies.write(scope, param(request, 'name'), body.policy || body.rules || '');
    return warnings.length > 0 ? { warnings } : undefined;
  }

  @OnPath('delete', 'policy/*name', { help: 'Deletes an ACL policy.' })
  @OnPath('delete', 'policies/acl/*name', { help: 'Deletes an ACL policy.' })
  async remove(request: EngineRequest): Promise<undefined> {
    await this.policies.remove(request.scope, param(request, 'name'));
  }

  private async find(request: EngineRequest): Promise<{ name: string; text: string }> {
    const name = param(request, 'name').toLowerCase();
    const text = await this.policies.read(request.scope, name);
    if (text === undefined) throw notFound();
    return { name, text };
  }
}
