import { factsOf } from './rules';
import {
  BrokerSaslStanza,
  BrokerStanza,
  BrokerTlsStanza,
  ListenerStanza,
  ReplicationStanza,
  StorageStanza,
  TelemetryStanza,
  TopLevel,
} from './stanzas';

/** A place in the configuration: a block (`""` = outside any) and a key in it. */
export interface EnvironmentEntry {
  readonly variable: string;
  readonly block:
    | ''
    | 'storage'
    | 'listener'
    | 'broker'
    | 'broker.tls'
    | 'broker.sasl'
    | 'broker.secondary.sasl'
    | 'replication'
    | 'telemetry'
    | 'user_lockout'
    | 'flag';
  readonly key: string;
}

/** A variable for each key of a block. @param unlike keys whose variable has another name. */
const variablesOf = (
  block: EnvironmentEntry['block'],
  stanza: new () => object,
  prefix = '',
  unlike: Readonly<Record<string, string>> = {},
): EnvironmentEntry[] =>
  [...factsOf(stanza).keys()].map((key) => ({
    block,
    key,
    variable: `TIDELOCK_${unlike[key] ?? prefix + key.toUpperCase()}`,
  }));

/** Every variable that is honoured, by block and key. They win over files; flags win over them. */
export const ENVIRONMENT: readonly EnvironmentEntry[] = [
  { block: 'flag', key: 'local-config', variable: 'TIDELOCK_LOCAL_CONFIG' },
  { block: 'flag', key: 'dev-root-token-id', variable: 'TIDELOCK_DEV_ROOT_TOKEN_ID' },
  { block: 'flag', key: 'dev-listen-address', variable: 'TIDELOCK_DEV_LISTEN_ADDRESS' },
  ...variablesOf('storage', StorageStanza, 'STORAGE_', { connection_url: 'STORAGE_URL' }),
  ...variablesOf('listener', ListenerStanza, '', { address: 'LISTEN_ADDRESS' }),
  ...variablesOf('', TopLevel),
  ...variablesOf('broker', BrokerStanza, 'KAFKA_'),
  ...variablesOf('broker.tls', BrokerTlsStanza, 'KAFKA_TLS_'),
  ...variablesOf('broker.sasl', BrokerSaslStanza, 'KAFKA_SASL_'),
  ...variablesOf('broker.secondary.sasl', BrokerSaslStanza, 'KAFKA_SECONDARY_SASL_'),
  ...variablesOf('replication', ReplicationStanza, 'REPLICATION_', {
    best_effort_wal_wait_duration: 'REPLICATION_WAIT',
  }),
  { block: 'user_lockout', key: 'disable_lockout', variable: 'TIDELOCK_DISABLE_USER_LOCKOUT' },
  ...variablesOf('telemetry', TelemetryStanza),
];

/** Vault's own names, honoured where ours is absent. */
export const VAULT_NAMES: Readonly<Record<string, string>> = {
  VAULT_API_ADDR: 'TIDELOCK_API_ADDR',
  VAULT_CLUSTER_ADDR: 'TIDELOCK_CLUSTER_ADDR',
  VAULT_LOG_LEVEL: 'TIDELOCK_LOG_LEVEL',
  VAULT_LOG_FORMAT: 'TIDELOCK_LOG_FORMAT',
  VAULT_UI: 'TIDELOCK_UI',
  VAULT_LOCAL_CONFIG: 'TIDELOCK_LOCAL_CONFIG',
  VAULT_DISABLE_USER_LOCKOUT: 'TIDELOCK_DISABLE_USER_LOCKOUT',
  VAULT_DEV_ROOT_TOKEN_ID: 'TIDELOCK_DEV_ROOT_TOKEN_ID',
  VAULT_DEV_LISTEN_ADDRESS: 'TIDELOCK_DEV_LISTEN_ADDRESS',
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of one of our variables, or of Vault's name for it. An empty one counts as absent. */
export const valueOf = (env: Environment, variable: string): string | undefined =>
  env[setNameOf(env, variable)] || undefined;

/** The name under which a variable of ours is set, for messages: ours, or Vault's where that one counts. */
export function setNameOf(env: Environment, variable: string): string {
  const vaultName = Object.entries(VAULT_NAMES).find(([, ours]) => ours === variable)?.[0];
  return !env[variable] && vaultName !== undefined && env[vaultName] ? vaultName : variable;
}

/** An attribute that comes from the environment. */
interface Override {
  readonly variable: string;
  readonly value: string;
}

export type Overrides = Readonly<Record<string, Override>>;

/** What the environment says about a block, by attribute. */
export function overridesFor(env: Environment, block: EnvironmentEntry['block']): Overrides {
  const overrides: Record<string, Override> = {};
  for (const { variable, block: place, key } of ENVIRONMENT) {
    const value = place === block ? valueOf(env, variable) : undefined;
    if (value !== undefined) overrides[key] = { variable: setNameOf(env, variable), value };
  }
  return overrides;
}
