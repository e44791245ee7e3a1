import {
  CorsService,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  StringListField,
} from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';

class CorsBody {
  @StringListField({ description: 'Origins whose pages may use the API, or * alone for all.' })
  allowed_origins: string[] = [];
  @StringListField({ description: 'Request headers that are allowed beside those of the API.' })
  allowed_headers: string[] = [];
}

/** `sys/config/cors`: which pages of other origins may use the API. */
@EnginePart(SystemEngine)
export class CorsPaths {
  constructor(private readonly cors: CorsService) {}

  @OnPath('read', 'config/cors', { sudo: true, help: 'Shows which pages of other origins may use the API.' })
  async read({ scope }: EngineRequest): Promise<EngineResponse> {
    const config = await this.cors.read(scope);
    return { data: config === undefined ? { enabled: false } : { enabled: true, ...config }, dataAtTopLevel: true };
  }

  @OnPath('update', 'config/cors', { body: CorsBody, sudo: true, help: 'Lets pages of other origins use the API.' })
  async enable({ scope, body }: EngineRequest<CorsBody>): Promise<undefined> {
    await this.cors.enable(scope, body);
  }

  @OnPath('delete', 'config/cors', { sudo: true, help: 'Lets no page of another origin use the API.' })
  async disable({ scope }: EngineRequest): Promise<undefined> {
    await this.cors.disable(scope);
  }
}
