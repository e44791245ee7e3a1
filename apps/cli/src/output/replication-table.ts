import { cell, columns, keyValueTable } from './columns';

type Members = Readonly<Record<string, unknown>>;

const BAR = 30;
/** What is told last, in tables of their own. */
const PEERS: Readonly<Record<string, string>> = { secondaries: 'Secondaries', primaries: 'Primaries' };
/** Said about the peers already, or of no use to a person. */
const QUIET = new Set(['known_secondary_states', 'ssct_generation_counter', 'sync_progress', 'sync_total_keys', ...Object.keys(PEERS)]);
/** Of a peer: the rest is for programs, which ask for JSON. */
const PEER_COLUMNS = ['node_id', 'api_address', 'cluster_address', 'connection_status', 'last_heartbeat', 'lag_seconds', 'lag_mutations'];
const NEVER = '-62135596800';
/** First what is asked first. */
const FIRST = ['mode', 'state', 'connection_state', 'sync', 'lag_seconds', 'lag_mutations', 'fenced', 'poison'];

/** The performance status for people: what stands in the way first, then positions, then the other clusters. */
export function replicationTable(status: Members): string {
  const { sync_progress: progress } = status;
  const facts: Array<[string, unknown]> = Object.entries(status).filter(([name, value]) => !QUIET.has(name) && saysSomething(value));
  if (isMembers(progress)) facts.push(['sync', progressBar(progress)]);
  const sorted = facts.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const peers = Object.entries(PEERS).flatMap(([name, title]) => peerTable(title, status[name]));
  return [keyValueTable(sorted.map(([name, value]) => [name, value ?? 'n/a'])), ...peers].join('\n');
}

/** Vault's "never", and a tally of nothing, are left out. */
const saysSomething = (value: unknown): boolean => value !== NEVER && value !== '' && !(isMembers(value) && value['total'] === 0);
const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `[#########---------------------] 30 %  3000/10000 records, 250/s, 28 s left`. */
export function progressBar({ done, total, rate, eta_seconds: eta }: Members): string {
  const share = Number(total) > 0 ? Math.min(1, Number(done) / Number(total)) : 0;
  const filled = Math.floor(share * BAR);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${Math.floor(share * 100)} %`;
  const speed = rate === undefined || rate === null ? '' : `, ${Math.round(Number(rate))}/s`;
  const left = eta === undefined || eta === null ? '' : `, ${Math.ceil(Number(eta))} s left`;
  return `${bar}  ${cell(done)}/${cell(total)} records${speed}${left}`;
}

function peerTable(title: string, peers: unknown): string[] {
  const known = Array.isArray(peers) ? peers.filter(isMembers) : [];
  if (known.length === 0) return [];
  const head = PEER_COLUMNS.filter((name) => known.some((peer) => peer[name] !== undefined));
  return [`${title}\n\n${columns(head, known.map((peer) => head.map((name) => cell(peer[name] ?? ''))))}`];
}
