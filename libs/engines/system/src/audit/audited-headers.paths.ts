import { AuditService, EnginePart, type EngineRequest, type EngineResponse, OnPath, param } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';
import { AuditedHeaderBody } from './bodies';

/** `sys/config/auditing/request-headers`: which request headers audit devices log. */
@EnginePart(SystemEngine)
export class AuditedHeadersPaths {
  constructor(private readonly audit: AuditService) {}

  @OnPath('read', 'config/auditing/request-headers', { sudo: true, help: 'Lists the request headers that are logged.' })
  async list(request: EngineRequest): Promise<EngineResponse> {
    return { data: { headers: await this.audit.headers(request.scope) }, dataAtTopLevel: true };
  }

  @OnPath('read', 'config/auditing/request-headers/:header', {
    sudo: true,
    help: 'Shows how a request header is logged.',
  })
  async read(request: EngineRequest): Promise<EngineResponse> {
    const name = param(request, 'header');
    const headers = await this.audit.headers(request.scope);
    if (!Object.hasOwn(headers, name.toLowerCase())) throw badRequest('Could not find header in config');
    return { data: { [name]: headers[name.toLowerCase()] }, dataAtTopLevel: true };
  }

  @OnPath('update', 'config/auditing/request-headers/:header', {
    body: AuditedHeaderBody,
    sudo: true,
    help: 'Logs a request header from now on.',
  })
  async write(request: EngineRequest<AuditedHeaderBody>): Promise<undefined> {
    await this.audit.setHeader(request.scope, param(request, 'header'), { hmac: request.body.hmac ?? false });
  }

  @OnPath('delete', 'config/auditing/request-headers/:header', { sudo: true, help: 'Logs a request header no longer.' })
  async delete(request: EngineRequest): Promise<undefined> {
    await this.audit.removeHeader(request.scope, param(request, 'header'));
  }
}
