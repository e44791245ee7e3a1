import { parseDurationSeconds } from '@tidelock/kernel';
import type { NodeSettings } from '../node/node-settings';
import { brokerOf } from './broker-settings';
import { check } from './check';
import { ConfigError } from './config-error';
import { type ConfigDocument, parse, readDocuments } from './documents';
import { type Environment, overridesFor, setNameOf, valueOf } from './environment';
import { parseFlags } from './flags';
import { FOREIGN_KEYS, type IgnoredKeys } from './foreign-keys';
import { listenersOf } from './listener-settings';
import { commonSettings } from './common-settings';
import { blocksIn, type PlacedBlock, placeOf, rootsOf, singleBlocksIn, type Sources } from './sources';
import { ReplicationStanza, TelemetryStanza, TopLevel } from './stanzas';
import { storageOf } from './storage-settings';
import { lockoutOf } from './user-lockout-settings';

export interface LoadedConfig {
  readonly settings: NodeSettings;
  /** Vault's keys that were given and have no effect. */
  readonly ignored: IgnoredKeys;
  /** What the log should say about the configuration. */
  readonly warnings: readonly ConfigWarning[];
}

interface ConfigWarning {
  readonly message: string;
  readonly facts: Readonly<Record<string, string>>;
}

const BLOCKS = ['storage', 'backend', 'listener', 'broker', 'replication', 'telemetry', 'seal', 'user_lockout'];

/**
 * Configuration from flags, files and environment: later files win over earlier ones, the environment over files, flags over all.
 *
 * @param argv what follows `tidelock server`.
 * @throws {ConfigError} naming what is wrong, where, and what was expected.
 */
export function loadConfig(argv: readonly string[], env: Environment): LoadedConfig {
  const flags = parseFlags(argv);
  const noted: IgnoredKeys[] = [];
  const documents = [...readDocuments(flags.config), ...localConfig(env)];
  if (documents.length === 0 && !flags.dev && !hasStorage(env)) {
    throw new ConfigError(
      'no configuration: give -config=FILE, or set TIDELOCK_STORAGE_PATH or TIDELOCK_STORAGE_URL, or try -dev',
    );
  }
  const warnings: ConfigWarning[] = [];
  const sources: Sources = {
    documents,
    env,
    flags,
    note: (keys) => void noted.push(keys),
    warn: (message, facts = {}) => void warnings.push({ message, facts }),
  };
  const settings = settingsFrom(sources);
  const all = (kind: keyof IgnoredKeys): string[] => [...new Set(noted.flatMap((keys) => keys[kind]))].sort();
  return { settings, ignored: { withoutMeaning: all('withoutMeaning'), unsupported: all('unsupported') }, warnings };
}

function settingsFrom(sources: Sources): NodeSettings {
  const { documents, env, flags, note } = sources;
  const roots = rootsOf(documents);
  refuseForeignSeals(roots);
  const top = check(roots, {
    name: '',
    stanza: TopLevel,
    foreign: FOREIGN_KEYS[''],
    blocks: BLOCKS,
    overrides: overridesFor(env, ''),
  });
  const block = <T extends object>(name: 'replication' | 'telemetry', stanza: new () => T) =>
    check(singleBlocksIn(roots, 0, name), {
      name,
      stanza,
      foreign: FOREIGN_KEYS[name],
      overrides: overridesFor(env, name),
    });
  const replication = block('replication', ReplicationStanza);
  const telemetry = block('telemetry', TelemetryStanza);
  for (const { ignored } of [top, replication, telemetry]) note(ignored);
  const { listeners, ...addresses } = listenersOf(sources, top.value, telemetry.value);
  const broker = brokerOf(sources);
  const rootToken = flags.devRootTokenId ?? valueOf(env, 'TIDELOCK_DEV_ROOT_TOKEN_ID');
  return {
    ...commonSettings(top.value, replication.value, flags),
    ...addresses,
    listeners,
    userLockout: lockoutOf(sources),
    prometheus: parseDurationSeconds(telemetry.value.prometheus_retention_time ?? 1) > 0,
    storage: flags.dev ? { kind: 'inmem' } : storageOf(sources),
    ...(broker && { broker }),
    ...(flags.dev && { development: { ...(rootToken && { rootToken }) } }),
  };
}

/** To ignore a seal would be to do without it. */
function refuseForeignSeals(roots: readonly PlacedBlock[]): void {
  const seals = blocksIn(roots, 'seal', 1);
  const foreign = seals.find(({ labels }) => labels[0] !== 'shamir');
  if (foreign === undefined) return;
  throw new ConfigError(
    `${placeOf([foreign], `seal "${foreign.labels[0]}"`)}: this seal is not known; there is "shamir", which needs no block`,
  );
}

function localConfig(env: Environment): ConfigDocument[] {
  const text = valueOf(env, 'TIDELOCK_LOCAL_CONFIG');
  const file = setNameOf(env, 'TIDELOCK_LOCAL_CONFIG');
  return text === undefined ? [] : [{ file, tree: parse(file, text) }];
}

const hasStorage = (env: Environment): boolean =>
  valueOf(env, 'TIDELOCK_STORAGE_PATH') !== undefined || valueOf(env, 'TIDELOCK_STORAGE_URL') !== undefined;
