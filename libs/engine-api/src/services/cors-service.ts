import type { RequestScope } from '../request/request';

/** Which pages of other origins may use the API. */
export interface CorsConfig {
  /** Origins, or `*` alone for all. */
  readonly allowed_origins: readonly string[];
  /** Beyond those that Vault's API has. */
  readonly allowed_headers: readonly string[];
}

/** `sys/config/cors`. */
export abstract class CorsService {
  /** `undefined`: not enabled. With all headers that are allowed. */
  abstract read(scope: RequestScope): Promise<CorsConfig | undefined>;
  /** @throws {TidelockError} INVALID_REQUEST without an origin, and where `*` is not alone. */
  abstract enable(scope: RequestScope, config: CorsConfig): Promise<void>;
  abstract disable(scope: RequestScope): Promise<void>;
}
