import { RawJson } from '@tidelock/kernel';
import { cell, columns, keyValueTable } from './columns';

type Members = Readonly<Record<string, unknown>>;

const BAR = 30;
/** Said about the peers already, or of no use to a person. */
const QUIET = new Set([
  'known_secondary_states',
  'members',
  'ssct_generation_counter',
  'sync_progress',
  'sync_total_keys',
]);
/** Other clusters: told last. */
const PEERS = new Set(['secondaries', 'primaries']);
/** Of a peer, members of members by their path: the rest is for programs, which ask for JSON. */
const PEER_COLUMNS = [
  'node_id',
  'api_address',
  'cluster_address',
  'connection_status',
  'last_heartbeat',
  'lag_ms',
  'apply_delay_ms.p50',
  'apply_delay_ms.p99',
  'lag_seconds',
  'lag_mutations',
];
const NEVER = '-62135596800';
/** First what is asked first. */
const FIRST = [
  'mode',
  'state',
  'connection_state',
  'sync',
  'lag_ms',
  'apply_delay_ms',
  'lag_seconds',
  'lag_mutations',
  'fenced',
  'poison',
];

/** The performance status for people: what stands in the way first, then positions, then lists in tables of their own, the other clusters last. */
export function replicationTable(status: Members): string {
  const { sync_progress: progress } = status;
  const facts: Array<[string, unknown]> = Object.entries(status).filter(
    ([name, value]) => !QUIET.has(name) && saysSomething(value) && (isTable(value) || !PEERS.has(name)),
  );
  if (isMembers(progress)) facts.push(['sync', progressBar(progress)]);
  const sorted = facts.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const lists = sorted
    .filter(([, value]) => isTable(value))
    .sort(([a], [b]) => Number(PEERS.has(a)) - Number(PEERS.has(b)));
  const rows = sorted.filter(([, value]) => !isTable(value)).flatMap(([name, value]) => rowsOf(name, value ?? 'n/a'));
  return [keyValueTable(rows), ...lists.map(([name, value]) => table(name, value as readonly Members[]))].join('\n');
}

/** Vault's "never", and a tally of nothing, are left out. */
const saysSomething = (value: unknown): boolean =>
  value !== NEVER && value !== '' && !(isMembers(value) && value['total'] === 0);
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
const isTable = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isMembers);
/** In milliseconds since 1970. */
const isTime = (name: string, value: unknown): value is number => name.endsWith('Time') && typeof value === 'number';

/** `[#########---------------------] 30 %  3000/10000 records, 250/s, 28 s left`. */
export function progressBar({ done, total, rate, eta_seconds: eta }: Members): string {
  const share = Number(total) > 0 ? Math.min(1, Number(done) / Number(total)) : 0;
  const filled = Math.floor(share * BAR);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${Math.floor(share * 100)} %`;
  const speed = rate === undefined || rate === null ? '' : `, ${Math.round(Number(rate))}/s`;
  const left = eta === undefined || eta === null ? '' : `, ${Math.ceil(Number(eta))} s left`;
  return `${bar}  ${cell(done)}/${cell(total)} records${speed}${left}`;
}

/** A map is a row for each of its members, as the guide names them: `stream.brokerUp`. What is not known of it is left out. */
function rowsOf(name: string, value: unknown): [string, unknown][] {
  if (isTime(name, value)) return [[name, new Date(value).toISOString()]];
  if (!isMembers(value)) return [[name, value]];
  return Object.entries(value)
    .filter(([, part]) => part !== null && saysSomething(part))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([part, of]) => rowsOf(`${name}.${part}`, of));
}

function table(name: string, rows: readonly Members[]): string {
  const names = PEERS.has(name) ? PEER_COLUMNS : [...new Set(rows.flatMap(Object.keys))];
  const head = names.filter((column) => rows.some((row) => within(row, column) !== undefined));
  const title = (name[0] as string).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  return `${title}\n\n${columns(
    head,
    rows.map((row) => head.map((column) => cell(within(row, column) ?? ''))),
  )}`;
}

/** A member, or what its path names of one. */
function within(row: Members, path: string): unknown {
  const [name = '', part] = path.split('.');
  const member = row[name];
  return part === undefined ? member : isMembers(member) ? member[part] : undefined;
}
