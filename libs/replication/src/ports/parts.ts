import type { Clock, Logger } from '@tidelock/kernel';
import type { Barrier } from '@tidelock/barrier';
import type { ClusterStore } from '@tidelock/store';
import type { BrokerSettings, StreamAccess, StreamProbe } from '@tidelock/stream';
import type { ReplicationHost } from './host';
import type { MountRecords } from './mount-records';

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
}

/** What the rest of the node gives replication. */
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
