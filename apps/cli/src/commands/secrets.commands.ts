import { clientOf, formatOf } from '../config/environment';
import { CLIENT_FLAGS } from '../flags/client-flags';
import { type ParsedFlags, switchFlag, textFlag, UsageError } from '../flags/parse-flags';
import { column, render } from '../output/format';
import { printSecret } from '../output/print-secret';
import type { Command } from './command';
import { dataFrom } from './input-data';

const print = (flags: ParsedFlags, body: unknown): void => {
  const field = textFlag(flags, 'field');
  printSecret(body, { format: formatOf(flags), ...(field !== undefined && { field }) });
};

function pathOf({ args }: ParsedFlags): string {
  const [path] = args;
  if (path === undefined) throw new UsageError('Not enough arguments (expected 1, got 0)');
  return path.replace(/^\/+/, '');
}

export const read: Command = {
  name: 'read',
  summary: 'Reads data from a path',
  usage: 'tidelock read [options] PATH [K=V…]\n\n  $ tidelock read secret/data/app',
  flags: CLIENT_FLAGS,
  async run(flags) {
    const query = Object.fromEntries(Object.entries(dataFrom(flags.args.slice(1))).map(([key, value]) => [key, String(value)]));
    print(flags, (await clientOf(flags).read(pathOf(flags), query)).body);
  },
};

export const write: Command = {
  name: 'write',
  summary: 'Writes data to a path',
  usage: 'tidelock write [options] PATH [K=V…]\n\n  $ tidelock write secret/data/app @data.json\n  $ tidelock write -f sys/replication/performance/primary/enable',
  flags: { ...CLIENT_FLAGS, f: { kind: 'switch', help: 'Write without data.' }, force: { kind: 'switch', help: 'The same.' } },
  async run(flags) {
    const [, ...pairs] = flags.args;
    const path = pathOf(flags);
    const forced = switchFlag(flags, 'f') || switchFlag(flags, 'force');
    if (pairs.length === 0 && !forced) throw new UsageError('Must supply data or use -force');
    const { body } = await clientOf(flags).write(path, dataFrom(pairs));
    if (body === undefined) process.stdout.write(`Success! Data written to: ${path}\n`);
    else print(flags, body);
  },
};

export const list: Command = {
  name: 'list',
  summary: 'Lists what lies below a path',
  usage: 'tidelock list [options] PATH',
  flags: CLIENT_FLAGS,
  async run(flags) {
    const { body } = await clientOf(flags).list(pathOf(flags));
    const { keys = [] } = (body as { data: { keys?: string[] } }).data;
    process.stdout.write(`${render(formatOf(flags), keys, () => column('Keys', keys))}\n`);
  },
};

export const remove: Command = {
  name: 'delete',
  summary: 'Deletes data at a path',
  usage: 'tidelock delete [options] PATH',
  flags: CLIENT_FLAGS,
  async run(flags) {
    const path = pathOf(flags);
    const { body } = await clientOf(flags).delete(path);
    if (body === undefined) process.stdout.write(`Success! Data deleted (if it existed) at: ${path}\n`);
    else print(flags, body);
  },
};
