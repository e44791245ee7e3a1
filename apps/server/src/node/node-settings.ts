import type { LockoutSettings } from '@tidelock/core/lockout';
import type { StoreLocation } from '@tidelock/store';
import type { BrokerSettings } from '@tidelock/stream';
import type { ListenerSettings } from '../http/public-listener';
import type { LogFileSettings } from '../logging/log-file';
import type { LogFormat, LogLevel } from '../logging/pino-logger';

/** Everything that a node is told, in the terms of the rooms that are told it. */
export interface NodeSettings {
  readonly storage: StoreLocation;
  readonly listeners: readonly ListenerSettings[];
  readonly apiAddr: string;
  readonly clusterAddr: string;
  readonly clusterListener: { readonly host: string; readonly port: number };
  readonly clusterName?: string;
  readonly pidFile?: string;
  readonly broker?: BrokerSettings;
  readonly defaultLeaseTtlSeconds: number;
  readonly maxLeaseTtlSeconds: number;
  /** Keep opened values in memory, not their ciphertext alone. */
  readonly cacheDecrypted: boolean;
  /** The web UI is served. */
  readonly ui: boolean;
  readonly userLockout: LockoutSettings;
  readonly waitMilliseconds: number;
  readonly forwardMounts: boolean;
  readonly discardWipedStore: boolean;
  readonly allowForwardingViaHeader: boolean;
  readonly journalBudgetBytes: number;
  /** Off: `prometheus_retention_time = 0`. */
  readonly prometheus: boolean;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat; readonly file?: LogFileSettings };
  /** Present: development mode. */
  readonly development?: { readonly rootToken?: string };
}

/** Injection tokens for what is an interface or a plain value, besides those that engines know, too (`LOGGER`, `CLOCK`). */
export const SETTINGS = Symbol('NodeSettings');
export const REPLICATION_LOGGER = Symbol('Logger of replication');
export const STORE = Symbol('Store');
