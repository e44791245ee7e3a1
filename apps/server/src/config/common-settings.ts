import { parseDurationSeconds } from '@tidelock/kernel';
import type { LogFileSettings } from '../logging/log-file';
import { levelIn, type LogFormat, type LogLevel } from '../logging/pino-logger';
import type { NodeSettings } from '../node/node-settings';
import type { Flags } from './flags';
import { ConfigError } from './config-error';
import type { ReplicationStanza, TopLevel } from './stanzas';

type CommonSettings = Pick<
  NodeSettings,
  | 'clusterName'
  | 'pidFile'
  | 'defaultLeaseTtlSeconds'
  | 'maxLeaseTtlSeconds'
  | 'cacheDecrypted'
  | 'ui'
  | 'waitMilliseconds'
  | 'forwardMounts'
  | 'discardWipedStore'
  | 'allowForwardingViaHeader'
  | 'journalBudgetBytes'
  | 'log'
>;

const MONTH_SECONDS = 768 * 3600;
const DAY_SECONDS = 24 * 3600;
const GIB = 1024 ** 3;

export function commonSettings(top: TopLevel, replication: ReplicationStanza, flags: Flags): CommonSettings {
  const maxLeaseTtlSeconds = parseDurationSeconds(top.max_lease_ttl) || MONTH_SECONDS;
  const defaultLeaseTtlSeconds =
    parseDurationSeconds(top.default_lease_ttl) || Math.min(MONTH_SECONDS, maxLeaseTtlSeconds);
  if (defaultLeaseTtlSeconds > maxLeaseTtlSeconds)
    throw new ConfigError('"default_lease_ttl" must not be longer than "max_lease_ttl"');
  return {
    defaultLeaseTtlSeconds,
    maxLeaseTtlSeconds,
    cacheDecrypted: top.cache_decrypted ?? false,
    ui: top.ui ?? flags.dev,
    waitMilliseconds: waitOf(replication),
    ...switchesOf(replication),
    log: logOf(top, flags),
    ...(top.cluster_name && { clusterName: top.cluster_name }),
    ...(top.pid_file && { pidFile: top.pid_file }),
  };
}

const switchesOf = (replication: ReplicationStanza) => ({
  forwardMounts: replication.forward_mounts ?? false,
  discardWipedStore: replication.discard_wiped_store ?? false,
  allowForwardingViaHeader: replication.allow_forwarding_via_header ?? false,
  journalBudgetBytes: replication.journal_budget_bytes ?? GIB,
});

function waitOf({ best_effort_wal_wait_duration: wait = '2s' }: ReplicationStanza): number {
  const [, milliseconds] = /^(\d+)ms$/.exec(String(wait)) ?? [];
  return milliseconds === undefined ? parseDurationSeconds(wait) * 1000 : Number(milliseconds);
}

const logOf = (top: TopLevel, flags: Flags): CommonSettings['log'] => ({
  level: levelOf(flags.logLevel ?? top.log_level ?? 'info'),
  format: formatOf(flags.logFormat ?? top.log_format ?? 'standard'),
  ...(top.log_file && { file: logFileOf(top.log_file, top) }),
});

/** `log_file` and its rotation, as Vault has them: a folder gets `tidelock.log`, and a file is left daily unless another time is given. */
function logFileOf(file: string, top: TopLevel): LogFileSettings {
  return {
    path: file.endsWith('/') ? `${file}tidelock.log` : file,
    rotateBytes: top.log_rotate_bytes ?? 0,
    rotateMilliseconds: (parseDurationSeconds(top.log_rotate_duration) || DAY_SECONDS) * 1000,
    keep: top.log_rotate_max_files ?? 0,
  };
}

function levelOf(word: string): LogLevel {
  const level = levelIn(word);
  if (level === undefined)
    throw new ConfigError(`the log level must be one of trace, debug, info, warn, error, not "${word}"`);
  return level;
}

function formatOf(word: string): LogFormat {
  if (word === 'json' || word === 'standard') return word;
  if (word === '') return 'standard';
  throw new ConfigError(`the log format must be standard or json, not "${word}"`);
}
