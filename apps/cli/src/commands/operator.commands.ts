import { clientOf, formatOf } from '../config/environment';
import { CLIENT_FLAGS } from '../flags/client-flags';
import { switchFlag, textFlag, UsageError } from '../flags/parse-flags';
import { type Members, render, table } from '../output/format';
import { ask } from '../output/prompt';
import type { Command } from './command';

interface SealStatus {
  readonly initialized: boolean;
  readonly sealed: boolean;
}

const SEALED_EXIT = 2;

const showStatus = (format: string, body: unknown): void => {
  const words: Readonly<Record<string, string>> = { type: 'Seal Type', initialized: 'Initialized', sealed: 'Sealed', n: 'Total Shares', t: 'Threshold', progress: 'Unseal Progress', nonce: 'Unseal Nonce', version: 'Version', storage_type: 'Storage Type', cluster_name: 'Cluster Name', cluster_id: 'Cluster ID' };
  const members = body as Members;
  const rows = Object.entries(words).filter(([key]) => members[key] !== undefined).map(([key, label]): [string, unknown] => [label, members[key]]);
  process.stdout.write(`${render(format, body, () => table(rows))}\n`);
};

export const status: Command = {
  name: 'status',
  summary: 'Shows the state of the seal; exit code 0 unsealed, 2 sealed, 1 error',
  usage: 'tidelock status [options]',
  flags: CLIENT_FLAGS,
  async run(flags) {
    const { body } = await clientOf(flags).once('GET', 'sys/seal-status');
    showStatus(formatOf(flags), body);
    return (body as SealStatus).sealed ? SEALED_EXIT : 0;
  },
};

export const init: Command = {
  name: 'operator init',
  summary: 'Initialises a server: unseal keys and the first root token',
  usage: 'tidelock operator init [options]',
  flags: {
    ...CLIENT_FLAGS,
    'key-shares': { kind: 'text', help: 'Unseal keys to make; default 5.' },
    'key-threshold': { kind: 'text', help: 'How many of them unseal; default 3.' },
    status: { kind: 'switch', help: 'Only tell whether it is initialised: exit code 0 yes, 2 no.' },
  },
  async run(flags) {
    const client = clientOf(flags, '');
    if (switchFlag(flags, 'status')) {
      const { initialized } = (await client.read('sys/init')).body as { initialized: boolean };
      process.stdout.write(`Vault is ${initialized ? '' : 'not '}initialized\n`);
      return initialized ? 0 : SEALED_EXIT;
    }
    const order = { secret_shares: Number(textFlag(flags, 'key-shares') ?? 5), secret_threshold: Number(textFlag(flags, 'key-threshold') ?? 3) };
    const made = (await client.write('sys/init', order)).body as { keys: string[]; keys_base64: string[]; root_token: string };
    const document = {
      unseal_keys_b64: made.keys_base64, unseal_keys_hex: made.keys, unseal_shares: order.secret_shares, unseal_threshold: order.secret_threshold,
      recovery_keys_b64: [], recovery_keys_hex: [], recovery_keys_shares: 0, recovery_keys_threshold: 0, root_token: made.root_token,
    };
    const lines = [...made.keys_base64.map((key, at) => `Unseal Key ${at + 1}: ${key}`), '', `Initial Root Token: ${made.root_token}`];
    const advice = `\nKeep the keys apart and safe: ${order.secret_threshold} of them unseal this server, and nobody can make them again.`;
    process.stdout.write(`${render(formatOf(flags), document, () => [...lines, advice].join('\n'))}\n`);
    return 0;
  },
};

export const unseal: Command = {
  name: 'operator unseal',
  summary: 'Gives one unseal key',
  usage: 'tidelock operator unseal [options] [KEY]\n\n  Without a key it is asked for, and not shown.',
  flags: { ...CLIENT_FLAGS, reset: { kind: 'switch', help: 'Forget the keys given so far.' } },
  async run(flags) {
    const reset = switchFlag(flags, 'reset');
    const key = reset ? undefined : (flags.args[0] ?? (await ask('Unseal Key (will be hidden): ')));
    const { body } = await clientOf(flags, '').write('sys/unseal', reset ? { reset: true } : { key });
    showStatus(formatOf(flags), body);
  },
};

export const seal: Command = {
  name: 'operator seal',
  summary: 'Seals the server',
  usage: 'tidelock operator seal [options]',
  flags: CLIENT_FLAGS,
  async run(flags) {
    if (flags.args.length > 0) throw new UsageError(`Too many arguments (expected 0, got ${flags.args.length})`);
    await clientOf(flags).write('sys/seal');
    process.stdout.write('Success! Vault is sealed.\n');
  },
};
