import { AuditService, EnginePart, type EngineRequest, type EngineResponse, OnPath, param } from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { EnableAuditBody, HashBody } from './bodies';

/** `sys/audit` and `sys/audit-hash` (Vault API "/sys/audit"). */
@EnginePart(SystemEngine)
export class AuditDevicesPaths {
  constructor(private readonly audit: AuditService) {}

  @OnPath('read', 'audit', { localOnly: true, sudo: true, help: 'Lists the audit devices.' })
  async list(): Promise<EngineResponse> {
    return { data: Object.fromEntries(this.audit.list().map((device) => [device.path, device])), dataAtTopLevel: true };
  }

  @OnPath('update', 'audit/*path', { body: EnableAuditBody, sudo: true, help: 'Enables an audit device at a path.' })
  async enable(request: EngineRequest<EnableAuditBody>): Promise<undefined> {
    const { type, description = '', options = {}, local = false } = request.body;
    await this.audit.enable(request.scope, { path: param(request, 'path'), type, description, options, local });
  }

  @OnPath('delete', 'audit/*path', { sudo: true, help: 'Disables the audit device at a path.' })
  async disable(request: EngineRequest): Promise<undefined> {
    await this.audit.disable(request.scope, param(request, 'path'));
  }

  @OnPath('update', 'audit-hash/*path', {
    body: HashBody,
    localOnly: true,
    bodyLimit: Infinity,
    help: 'Hashes a text as the audit device at a path would.',
  })
  async hash(request: EngineRequest<HashBody>): Promise<EngineResponse> {
    return { data: { hash: await this.audit.hash(param(request, 'path'), request.body.input) }, dataAtTopLevel: true };
  }
}
