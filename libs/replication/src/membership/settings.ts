import type { Clock, ForwardingLevel, Logger } from '@tidelock/kernel';
import type { Barrier } from '@tidelock/barrier';
import type { ClusterStore, LocalTables, UnitOfWork } from '@tidelock/store';
import type { BrokerSettings } from '../ports/stream';
import type { MountRecords } from '../ports/mount-records';
import type { StreamProbe } from '../ports/stream-probe';
import type { StreamAccess } from '../ports/stream-access';

/** This node's own addresses and wishes, from its configuration. */
export interface ReplicationSettings {
  /** Where clients reach this node (`api_addr`); `""` when not known. */
  readonly apiAddr: string;
  /** Where other clusters reach it (`cluster_addr`): `https://host:port`. */
  readonly clusterAddr: string;
  /** Where the cluster port listens. */
  readonly clusterListener: { readonly host: string; readonly port: number };
  /** Absent without a `broker` stanza: a primary needs one, a secondary may take its primary's. */
  readonly broker?: BrokerSettings;
  readonly development: boolean;
  /** Delete a joining secondary's old store instead of keeping it aside. */
  readonly discardWipedStore: boolean;
  /** Disk that a primary's journal should take: beyond it published rows go, and unpublished ones are an alarm. */
  readonly journalBudgetBytes: number;
  /** `best_effort_wal_wait_duration`. */
  readonly waitMilliseconds: number;
}

/** A secondary that sends requests on, as the primary knows it. */
export interface Forwarder {
  readonly secondaryId: string;
  readonly level: ForwardingLevel;
  /** Full paths of the mounts that it is not given. */
  readonly hidden: readonly string[];
}

/** The replication room's view of the rest of the node. */
export interface ReplicationHost {
  /** Asks the primary's API to unwrap an activation token. @returns the unwrapped `data`. */
  unwrap(order: UnwrapOrder): Promise<unknown>;
  /** Asks it about the token, without using that up. @returns path of the request whose answer it wraps. @throws as `unwrap` does. */
  lookUp(order: UnwrapOrder): Promise<string>;
  /**
   * Runs a request that a secondary sends on, of which it has authenticated the caller.
   *
   * @param requireTimely called again as it commits: what it throws, refuses it.
   */
  forwarded(request: unknown, by: Forwarder, requireTimely: () => void): Promise<unknown>;
  /** Puts a call of the cluster port on record, does it, and puts down what became of it. @throws what the work throws, or INTERNAL where nothing can be recorded. */
  onRecord<T>(call: RecordedCall, work: () => Promise<T>): Promise<T>;
  /**
   * Takes the service down, does the work, and takes it up again with whatever keys the barrier has then. Requests get 503
   * meanwhile; a failure leaves the cluster sealed.
   */
  reopen(work: () => Promise<void>): Promise<void>;
  /** The first copy is complete: opens the node for requests. */
  open(developmentRootToken?: string): Promise<void>;
  /** Puts a root key behind this cluster's own seal. @returns the local row that says so, to commit with the keyring. @throws what the seal throws. */
  sealRowFor(rootKey: Buffer): Promise<LocalTables['cluster']>;
  /** The key of the set's batch tokens, base64. @throws {TidelockError} SEALED while there is none. */
  batchTokenKey(): Promise<string>;
  /** Ends all batch tokens of the set, with the caller's transaction. */
  endBatchTokens(unit: Pick<UnitOfWork, 'local' | 'replicated'>): Promise<void>;
  /** The initial root token, in development mode. */
  developmentRootToken(): string | undefined;
  /** This cluster has taken its role up, or has changed it. */
  roleTaken(): void;
}

/** A call of the cluster port as an audit device is told of it. */
export interface RecordedCall {
  readonly name: string;
  readonly reads: boolean;
  readonly secondaryId: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface UnwrapOrder {
  readonly address: string;
  readonly token: string;
  readonly caFile?: string;
  readonly caPath?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

export interface ReplicationParts {
  readonly store: ClusterStore;
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ReplicationSettings;
  readonly host: ReplicationHost;
  readonly access: StreamAccess;
  readonly probe: StreamProbe;
  readonly mounts: MountRecords;
}
