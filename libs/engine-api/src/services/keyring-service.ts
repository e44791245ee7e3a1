import type { RequestScope } from '../request/request';

/** The data key in use. */
export interface KeyringFacts {
  readonly term: number;
  /** Milliseconds since the Unix epoch. */
  readonly installTime: number;
  readonly encryptions: number;
}

/** When the data key is rotated by itself. */
export interface RotationConfig {
  readonly enabled: boolean;
  /** 0 = never because of its age. */
  readonly intervalSeconds: number;
  readonly maxOperations: number;
}

/** The barrier's data keys: shared by all clusters of a set, rotated on the primary. */
export abstract class KeyringService {
  abstract facts(): KeyringFacts;
  /** A new data key, in use once the request's transaction is committed. */
  abstract rotate(scope: RequestScope, now: number): Promise<void>;
  abstract rotationConfig(scope: RequestScope): Promise<RotationConfig>;
  /** Absent members stay as they are. @throws {TidelockError} INVALID_REQUEST for values out of range. */
  abstract configureRotation(scope: RequestScope, changes: Partial<RotationConfig>): Promise<void>;
}
