import { clientOf, formatOf } from '../config/environment';
import { CLIENT_FLAGS } from '../flags/client-flags';
import { cell, type Members, render, table } from '../output/format';
import type { Command } from './command';

const LISTS = new Set(['secondaries', 'primaries']);
const NESTED = new Set(['sync_progress', 'refused', 'poison', 'stream']);

export const replicationStatus: Command = {
  name: 'replication status',
  summary: 'Shows how performance replication stands',
  usage: 'tidelock replication status [options]',
  flags: CLIENT_FLAGS,
  async run(flags) {
    const { data } = (await clientOf(flags).read('sys/replication/performance/status')).body as { data: Members };
    process.stdout.write(`${render(formatOf(flags), data, () => statusTable(data))}\n`);
  },
};

/** The block's own members first, then what it knows of the others, then a sync under way as a bar. */
function statusTable(data: Members): string {
  const rows = Object.entries(data).filter(([key]) => !LISTS.has(key)).flatMap(([key, value]) => (NESTED.has(key) ? nested(key, value) : [[key, value] as [string, unknown]]));
  const others = Object.entries(data).filter(([key]) => LISTS.has(key)).flatMap(([key, value]) => peers(key, value as readonly Members[]));
  return [table(rows), ...others, ...bar(data['sync_progress'] as Members | undefined)].join('\n');
}

const nested = (key: string, value: unknown): [string, unknown][] => Object.entries((value ?? {}) as Members).map(([inner, text]) => [`${key}.${inner}`, text]);

const peers = (heading: string, entries: readonly Members[]): string[] =>
  entries.map((entry) => `\n${heading}: ${cell(entry['node_id'] ?? entry['api_address'])}\n${table(Object.entries(entry))}`);

function bar(progress: Members | undefined): string[] {
  const [done, total] = [Number(progress?.['done'] ?? 0), Number(progress?.['total'] ?? 0)];
  if (total === 0) return [];
  const filled = Math.round((Math.min(done, total) / total) * 30);
  return [`\nsync [${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${done} of ${total} records`];
}
