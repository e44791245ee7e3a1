import type { RequestScope } from '../request';

/** `secondary/enable`, as the operator gave it. */
export interface SecondaryActivation {
  readonly token: string;
  readonly primaryApiAddr?: string;
  readonly caFile?: string;
  readonly caPath?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Performance replication, as the `sys/replication` paths need it. */
export abstract class ReplicationService {
  /** `data` of `sys/replication/performance/status`. @throws {TidelockError} SEALED. */
  abstract status(): Readonly<Record<string, unknown>>;
  /** Makes this cluster the primary of a new set; on a primary, changes the address it gives out. */
  abstract enablePrimary(primaryClusterAddr: string): Promise<void>;
  /** Admits a secondary, with the request's transaction. @returns what its activation token wraps. */
  abstract admitSecondary(scope: RequestScope, id: string): Promise<Readonly<Record<string, unknown>>>;
  /** What has to be done before a secondary can follow the stream, if anything. */
  abstract activationWarnings(id: string): Promise<readonly string[]>;
  abstract revokeSecondary(id: string): Promise<void>;
  /** Checks the activation with the primary; on success the wipe begins right after the answer has left. */
  abstract enableSecondary(activation: SecondaryActivation): Promise<{ readonly warnings: readonly string[] }>;
  /** Gives the full stream a new key. @returns its id, and the index after which everything is sealed with it. */
  abstract rotateStreamKey(): Promise<{ readonly stream: string; readonly keyId: string; readonly index: number }>;
  /** The address that goes into activation tokens; `""` when none is configured. */
  abstract readonly apiAddr: string;
}
