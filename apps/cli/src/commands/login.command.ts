import { clientOf, formatOf, storeToken } from '../config/environment';
import { CLIENT_FLAGS } from '../flags/client-flags';
import { type ParsedFlags, switchFlag, textFlag, UsageError } from '../flags/parse-flags';
import { printSecret } from '../output/print-secret';
import { ask } from '../output/prompt';
import type { Command } from './command';
import { dataFrom } from './input-data';

/** An answer with an `auth` block. */
type Login = (flags: ParsedFlags, path: string | undefined) => Promise<unknown>;

const byToken: Login = async (flags) => {
  const [first] = flags.args;
  const token = first === undefined ? await ask('Token (will be hidden): ') : first.replace(/^token=/, '');
  const { data } = (await clientOf(flags, token).read('auth/token/lookup-self')).body as { data: Record<string, unknown> };
  const auth = { client_token: token, accessor: data['accessor'], lease_duration: data['ttl'], renewable: data['renewable'] ?? false, policies: data['policies'], metadata: data['meta'] };
  return { data: null, auth };
};

const byUserpass: Login = async (flags, path = 'userpass') => {
  const { username, password, ...rest } = dataFrom(flags.args);
  if (typeof username !== 'string') throw new UsageError('username=… must be given');
  const secret = password ?? (await ask('Password (will be hidden): '));
  const mount = path.replace(/^auth\//, '').replace(/\/+$/, '');
  return (await clientOf(flags, '').write(`auth/${mount}/login/${username}`, { ...rest, password: secret })).body;
};

const METHODS: Readonly<Record<string, Login>> = { token: byToken, userpass: byUserpass };

export const login: Command = {
  name: 'login',
  summary: 'Logs in and keeps the token',
  usage: 'tidelock login [options] [TOKEN | K=V…]\n\n  $ tidelock login -method=userpass username=tester password=changeme',
  flags: {
    ...CLIENT_FLAGS,
    method: { kind: 'text', help: `One of ${Object.keys(METHODS).join(', ')}; default token.` },
    path: { kind: 'text', help: 'Where the method is mounted; default its name.' },
    'no-store': { kind: 'switch', help: 'Do not keep the token.' },
    'no-print': { kind: 'switch', help: 'Do not print the token.' },
    'token-only': { kind: 'switch', help: 'Print the token alone, and do not keep it.' },
  },
  async run(flags) {
    const method = METHODS[textFlag(flags, 'method') ?? 'token'];
    if (method === undefined) throw new UsageError(`unknown auth method: ${textFlag(flags, 'method')}`);
    const body = (await method(flags, textFlag(flags, 'path'))) as { auth: { client_token: string } };
    const only = switchFlag(flags, 'token-only');
    if (!only && !switchFlag(flags, 'no-store')) storeToken(body.auth.client_token);
    if (switchFlag(flags, 'no-print')) return;
    const field = only ? 'token' : textFlag(flags, 'field');
    printSecret(body, { format: formatOf(flags), ...(field !== undefined && { field }) });
  },
};
