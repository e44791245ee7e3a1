import { ENVIRONMENT, type EnvironmentEntry, VAULT_NAMES } from '../apps/server/src/config/environment';
import { FOREIGN_KEYS, type ForeignKeys } from '../apps/server/src/config/foreign-keys';
import { USAGE } from '../apps/server/src/config/flags';
import { factsOf, type KeyFacts } from '../apps/server/src/config/rules';
import {
  BrokerSaslStanza,
  BrokerStanza,
  BrokerTlsStanza,
  ListenerStanza,
  ListenerTelemetryStanza,
  ReplicationStanza,
  StorageStanza,
  TelemetryStanza,
  TopLevel,
  UserLockoutStanza,
} from '../apps/server/src/config/stanzas';

interface Section {
  readonly title: string;
  readonly stanza: new () => object;
  /** Of its variables; absent where the block has none. */
  readonly block?: EnvironmentEntry['block'];
  /** Of Vault's keys that are not ours. */
  readonly foreign?: ForeignKeys;
  readonly notes?: string;
}

const SECTIONS: readonly Section[] = [
  { title: 'Outside any block', stanza: TopLevel, block: '', foreign: FOREIGN_KEYS[''] },
  {
    title: '`storage "<kind>"`',
    stanza: StorageStanza,
    block: 'storage',
    foreign: FOREIGN_KEYS.storage,
    notes: `| kind | is |
|---|---|
| \`sqlite\` | one file on a local disk: \`path\` |
| \`postgresql\` | a database: \`connection_url\`, \`schema\` |
| \`inmem\` | memory, for development and tests |
| \`file\`, \`raft\` | as in Vault's configurations: SQLite inside the folder \`path\`; \`raft\` with a warning |

\`retry_join\`, and a folder that holds a Vault's data, stop the start.`,
  },
  {
    title: '`listener "tcp"`',
    stanza: ListenerStanza,
    block: 'listener',
    foreign: FOREIGN_KEYS.listener,
    notes: `There may be several; the variables are those of the first. A body has at most \`max_request_size\` in kv, cubbyhole and \`sys/wrapping/wrap\`, 1 MiB elsewhere, 64 KiB from a client without a token, and 500 levels and 20,000 members in all.

\`custom_response_headers\` is a block of its own in a listener: a map of headers, each a list of values, for each status (\`404\`), class of them (\`4xx\`) or \`default\`, all of them. It has no variables.`,
  },
  { title: '`telemetry` in a `listener`', stanza: ListenerTelemetryStanza },
  {
    title: '`broker "kafka"`',
    stanza: BrokerStanza,
    block: 'broker',
    notes:
      'Without this block a server works alone, or as a secondary with the brokers that its activation carries. [kafka-security.md](kafka-security.md) tells about the blocks in it.',
  },
  { title: '`tls` in a `broker`', stanza: BrokerTlsStanza, block: 'broker.tls' },
  { title: '`sasl` in a `broker`', stanza: BrokerSaslStanza, block: 'broker.sasl' },
  {
    title: '`sasl` in `secondary` in a `broker`',
    stanza: BrokerSaslStanza,
    block: 'broker.secondary.sasl',
    notes: 'The user that secondaries without a `broker` block are given.',
  },
  { title: '`replication`', stanza: ReplicationStanza, block: 'replication', foreign: FOREIGN_KEYS.replication },
  {
    title: '`user_lockout "<type>"`',
    stanza: UserLockoutStanza,
    block: 'user_lockout',
    notes:
      "The type is `all`, `approle`, `ldap` or `userpass`. A mount's own tuning wins over its type's block, and that over `all`. The variable counts for all types.",
  },
  { title: '`telemetry`', stanza: TelemetryStanza, block: 'telemetry', foreign: FOREIGN_KEYS.telemetry },
];

const HEAD = `# Configuration

<!-- Made by \`npm run docs\` from apps/server/src/config: change it there. -->

\`tidelock server -config=PATH\` reads a file of HCL or JSON, or all \`.hcl\` and \`.json\` files of a folder; \`-config\` may be repeated. [set-up.md](set-up.md#a-server) shows an example. Later files win over earlier ones,
variables over files, flags over variables. A server whose configuration is wrong does not start. It names file and line (or the variable), the key, and what was expected. An unknown key is wrong, a value of another type, and a second block of a kind of
which there can be one.

A duration is text such as \`90s\` or \`768h\`, or a number of seconds. \`true\` and \`false\` may be text, or 1 and 0.`;

const VAULTS_KEYS = `## Vault's keys

The server takes a configuration that was written for Vault. It does not honour all of Vault's keys:

- Some are accepted, and named once in the log. They are *without meaning* where what they speak of does not exist here, and *not supported* where nobody is worse off without them.
- Those without which there is less security than was asked for, or clients see something else, are refused. They stop the start with the reason and what to do instead, unless they ask for nothing (\`false\`, 0, empty).
- A \`seal\` block of another type than \`shamir\` stops the start. \`shamir\` needs no block.`;

const COMMANDS = `## The commands' variables

The client commands read \`TIDELOCK_ADDR\`, \`TIDELOCK_TOKEN\`, \`TIDELOCK_CACERT\`, \`TIDELOCK_FORMAT\` and so on, or Vault's names for them (\`VAULT_ADDR\`, …). Ours win.

In the container image, which runs as user 10001 and needs no right to write there, \`TIDELOCK_CONFIG_DIR\` is the folder that \`server\` reads (\`/tidelock/config\`).

For development, \`TIDELOCK_KAFKA_BROKERS\`, else \`KAFKA_HOME\`, says which Kafka to use, and \`TIDELOCK_CACHE_DIR\` where its jars are kept.`;

/** docs/configuration.md, from the rules of the configuration. */
export const configurationPage = (): string =>
  [HEAD, ...SECTIONS.map(sectionText), flagsText(), COMMANDS, VAULTS_KEYS, ...SECTIONS.flatMap(foreignText), ''].join(
    '\n\n',
  );

function sectionText({ title, stanza, block, notes }: Section): string {
  const rows = [...factsOf(stanza)].map(([key, facts]) => rowOf(key, facts, variableOf(block, key)));
  const table = ['| key | takes | default | meaning | variable |', '|---|---|---|---|---|', ...rows].join('\n');
  return [`## ${title}`, table, ...(notes === undefined ? [] : [notes])].join('\n\n');
}

const rowOf = (key: string, { takes, byDefault, meaning }: KeyFacts, variable: string | undefined): string =>
  `| \`${key}\` | ${takes} | ${byDefault === undefined ? '' : `\`${byDefault}\``} | ${meaning} | ${variable ? `\`${variable}\`` : ''} |`;

const variableOf = (block: Section['block'], name: string): string | undefined =>
  ENVIRONMENT.find((entry) => entry.block === block && entry.key === name)?.variable;

function flagsText(): string {
  const vaults = Object.entries(VAULT_NAMES).map(([vault, ours]) => `| \`${vault}\` | \`${ours}\` |`);
  return `## Flags, and variables without a key

\`\`\`text
${USAGE.trim()}
\`\`\`

| variable | is |
|---|---|
| \`TIDELOCK_LOCAL_CONFIG\` | a whole configuration as HCL or JSON text, read after the files |
| \`${variableOf('flag', 'dev-root-token-id')}\` | as the flag \`-dev-root-token-id\` |
| \`${variableOf('flag', 'dev-listen-address')}\` | as the flag \`-dev-listen-address\` |

Where ours is absent or empty, Vault's name counts:

| Vault's | ours |
|---|---|
${vaults.join('\n')}`;
}

function foreignText({ title, foreign }: Section): string[] {
  if (foreign === undefined) return [];
  const { withoutMeaning = [], unsupported = [], refused = {} } = foreign;
  const listed = (what: string, keys: readonly string[]): string[] =>
    keys.length === 0 ? [] : [`${what}: ${keys.map((key) => `\`${key}\``).join(', ')}.`];
  return [
    `### ${title}`,
    ...listed('Without meaning', withoutMeaning),
    ...listed('Not supported', unsupported),
    ...refusals(refused),
  ];
}

/** Keys that are refused for one reason stand in one row. */
function refusals(refused: NonNullable<ForeignKeys['refused']>): string[] {
  const byReason = new Map<string, string[]>();
  for (const [key, { because, unless = [] }] of Object.entries(refused)) {
    const taken = unless.length === 0 ? '' : ` (taken: \`${String(unless[0])}\`)`;
    byReason.set(because, [...(byReason.get(because) ?? []), `\`${key}\`${taken}`]);
  }
  const rows = [...byReason].map(([because, keys]) => `| ${keys.join(', ')} | ${because} |`);
  return rows.length === 0 ? [] : [['| refused | why, and what to do |', '|---|---|', ...rows].join('\n')];
}
