import type { BrokerSettings } from '@tidelock/stream';

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
