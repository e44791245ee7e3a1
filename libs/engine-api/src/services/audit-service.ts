import type { RequestScope } from '../request/request';

export interface AuditDeviceOrder {
  /** A `/` at the end is optional. */
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
  /** `true`: on this cluster only. */
  readonly local: boolean;
}

/** A device as `sys/audit` lists it; `path` ends in `/`. */
export type AuditDeviceEntry = AuditDeviceOrder;

/** How a request header is logged. */
export interface AuditedHeader {
  readonly hmac: boolean;
}

/** The audit devices, and how they are changed: within the request's transaction, and in Vault's words. */
export abstract class AuditService {
  /** Sorted by path. */
  abstract list(): readonly AuditDeviceEntry[];

  /**
   * Enables a device after a test entry went through it.
   *
   * @throws {TidelockError} INVALID_REQUEST, also for a device that cannot write; READ_ONLY_REPLICA or a refusal for one
   * that is not local, on a secondary.
   */
  abstract enable(scope: RequestScope, order: AuditDeviceOrder): Promise<void>;
  /** Nothing enabled there is no error. */
  abstract disable(scope: RequestScope, path: string): Promise<void>;

  /** The form in which a device logs `input`: `hmac-sha256:<hex>`. @throws {TidelockError} INVALID_REQUEST: `unknown audit backend`. */
  abstract hash(path: string, input: string): Promise<string>;

  /** Request headers that are logged, by lower-case name. */
  abstract headers(scope: RequestScope): Promise<Readonly<Record<string, AuditedHeader>>>;
  abstract setHeader(scope: RequestScope, name: string, header: AuditedHeader): Promise<void>;
  abstract removeHeader(scope: RequestScope, name: string): Promise<void>;
}
