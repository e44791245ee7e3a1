import { type CorsConfig, CorsService, readJson, type RequestScope } from '@tidelock/engine-api';
import { unitOf } from '@tidelock/core/scope';
import { badRequest } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';

const KEY = 'core/cors';
const ALL = '*';
/** Headers of Vault's API that a browser asks leave for. */
const STANDARD_HEADERS = [
  'Content-Type',
  'X-Requested-With',
  'X-Vault-AWS-IAM-Server-ID',
  'X-Vault-MFA',
  'X-Vault-No-Request-Forwarding',
  'X-Vault-Wrap-Format',
  'X-Vault-Wrap-TTL',
  'X-Vault-Policy-Override',
  'Authorization',
  'X-Vault-Token',
];

/** What a page's origin may: `off` where nothing is configured. */
export type CrossOrigin = 'off' | 'refused' | { readonly allowedHeaders: readonly string[] };

/** The cluster set's setting, as its record holds it. */
export class CorsSettings extends CorsService {
  constructor(private readonly store: Pick<Store, 'replicated'>) {
    super();
  }

  /** For a request that names an origin. Whatever keeps the record from being read (a seal) leaves it off. */
  async judge(origin: string): Promise<CrossOrigin> {
    const config = await readJson<CorsConfig>(this.store.replicated, KEY).catch(() => undefined);
    if (config === undefined) return 'off';
    const isAllowed = config.allowed_origins.some(
      (allowed) => allowed === ALL || allowed.toLowerCase() === origin.toLowerCase(),
    );
    return isAllowed ? { allowedHeaders: headersOf(config) } : 'refused';
  }

  async read(scope: RequestScope): Promise<CorsConfig | undefined> {
    const config = await readJson<CorsConfig>(unitOf(scope).replicated, KEY);
    return config && { ...config, allowed_headers: headersOf(config) };
  }

  async enable(scope: RequestScope, { allowed_origins, allowed_headers }: CorsConfig): Promise<void> {
    if (allowed_origins.length === 0) throw badRequest('at least one origin or the wildcard must be provided');
    if (allowed_origins.length > 1 && allowed_origins.includes(ALL))
      throw badRequest("to allow all origins the '*' must be the only value for allowed_origins");
    unitOf(scope).replicated.put(KEY, Buffer.from(JSON.stringify({ allowed_origins, allowed_headers }), 'utf8'));
  }

  async disable(scope: RequestScope): Promise<void> {
    unitOf(scope).replicated.delete(KEY);
  }
}

const headersOf = ({ allowed_headers }: CorsConfig): string[] => [
  ...new Set([...STANDARD_HEADERS, ...allowed_headers]),
];
