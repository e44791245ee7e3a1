/** `unknown`: sealed, so nobody can tell. */
export type ReplicationMode = 'disabled' | 'primary' | 'secondary' | 'bootstrapping' | 'unknown';

/** The way from a secondary to its primary, as its last heartbeat found it; ms. */
export interface PrimaryEcho {
  readonly durationMs: number;
  readonly clockSkewMs: number;
  readonly canaryAgeMs: number;
}

/** Facts about this cluster that the start-up endpoints tell. */
export abstract class ClusterService {
  abstract readonly clusterName: string;
  abstract readonly clusterId: string;
  /** The Vault API level and our own version: `1.17.0+tidelock.0.1.0`. */
  abstract readonly version: string;
  /** RFC 3339. */
  abstract readonly buildDate: string;
  /** `sqlite`, `postgresql`, `inmem`. */
  abstract readonly storageType: string;
  /** Where clients reach this cluster. */
  abstract readonly apiAddr: string;

  /** Sealed in the middle of its first copy: it has its primary's unseal keys, and goes on joining once it is unsealed. */
  get isJoining(): boolean {
    return false;
  }

  abstract replicationMode(): ReplicationMode;
  /** Index of the last commit, local ones included. */
  abstract lastWal(): number;

  /** How far a secondary is behind its primary; `undefined` where that has no meaning. */
  lagSeconds(): number | undefined {
    return undefined;
  }

  /** `undefined` where this cluster follows no primary. */
  echo(): PrimaryEcho | undefined {
    return undefined;
  }
}
