import type { ApiResponse } from '@tidelock/client';
import { stringifyJson } from '@tidelock/kernel';
import { type Call, type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FIELD_FLAG, FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { requestData } from '../input/request-data';
import { secretInput } from '../input/secret-input';
import { LocalError } from '../call/local-error';
import { formatOf, printAnswer } from '../output/printer';
import { type Secret, secretOf } from '../output/secret';
import { clientOf } from '../session/client-of';

/** One way to log in. @returns an answer with an `auth` block. */
type Method = (call: Call, mount: string) => Promise<ApiResponse>;

const METHODS: Readonly<Record<string, Method>> = { token: byToken, userpass: byUserpass };
const STORED =
  'Success! You are now authenticated. The token information displayed below\n' +
  'is already stored in the token helper. You do NOT need to run "tidelock login"\n' +
  'again. Future requests will automatically use this token.\n\n';
const NOT_STORED =
  'Success! You are now authenticated. The token information displayed below\n' +
  'is not stored: set the VAULT_TOKEN environment variable or store it with "tidelock login".\n\n';

export const login: Command = {
  usage: '[flags] [TOKEN | key=value ...]',
  synopsis: 'Log in and keep the token',
  details:
    '  $ tidelock login                 (asks for a token)\n' +
    '  $ tidelock login -method=userpass username=tester\n\n' +
    '  The token is kept in ~/.vault-token, where other commands find it.',
  flags: [
    ...HTTP_FLAGS,
    FORMAT_FLAG,
    FIELD_FLAG,
    { name: 'method', kind: 'text', help: `How to log in: ${Object.keys(METHODS).join(', ')}. Default token.` },
    { name: 'path', kind: 'text', help: 'Where the method is mounted. Default: its name.' },
    { name: 'no-store', kind: 'boolean', help: 'Do not keep the token.' },
    { name: 'no-print', kind: 'boolean', help: 'Do not print the token.' },
    { name: 'token-only', kind: 'boolean', help: 'Print the token alone and do not keep it.' },
  ],
  async run(call) {
    const name = (call.flags.text('method') ?? 'token').toLowerCase();
    const method = METHODS[name];
    if (method === undefined)
      throw new LocalError(
        `Unknown auth method: ${name}. Use "tidelock login -help" to see those there are, or write to the method's login path`,
      );
    const mount = (call.flags.text('path') ?? name).replace(/^(?:auth\/)?\/*|\/+$/g, '');
    const response = await during('Error authenticating', method(call, mount));
    return finish(call, response);
  },
};

async function byToken(call: Call): Promise<ApiResponse> {
  if (call.args.length > 1) throw new LocalError(`Too many arguments (expected 0 or 1, got ${call.args.length})`);
  const token = (await secretInput(call, call.args[0], 'Token (will be hidden): ')).replace(/^token=/, '');
  if (token === '') throw new LocalError('A token must be given');
  const found = await (await clientOf(call, { token })).read('auth/token/lookup-self');
  const data = (found.body as Secret).data ?? {};
  const auth = {
    client_token: token,
    accessor: data['accessor'],
    lease_duration: data['ttl'],
    renewable: data['renewable'] ?? false,
    policies: data['policies'],
    token_policies: data['policies'],
    identity_policies: data['identity_policies'],
    metadata: data['meta'],
  };
  const body = { ...(found.body as Secret), data: null, auth };
  return { ...found, body, text: stringifyJson(body) };
}

async function byUserpass(call: Call, mount: string): Promise<ApiResponse> {
  const { username, password, ...rest } = await requestData(call.args, call.terminal);
  if (typeof username !== 'string' || username === '')
    throw new LocalError("'username' must be specified: username=...");
  const secret = await secretInput(call, password as string | undefined, 'Password (will be hidden): ');
  return (await clientOf(call, { token: '' })).write(`auth/${mount}/login/${username}`, { ...rest, password: secret });
}

async function finish(call: Call, response: ApiResponse): Promise<number> {
  const token = secretOf(response.body)?.auth?.['client_token'];
  const only = call.flags.boolean('token-only');
  const store = !only && !call.flags.boolean('no-store') && typeof token === 'string';
  if (store) await call.tokenFile.store(token);
  if (only) return printToken(call, token);
  announce(call, store);
  return call.flags.boolean('no-print') ? EXIT.ok : printAnswer(call, response);
}

function printToken({ terminal }: Call, token: unknown): number {
  terminal.out(terminal.outputIsTerminal ? `${String(token)}\n` : String(token));
  return EXIT.ok;
}

function announce(call: Call, stored: boolean): void {
  const { terminal, environment, flags } = call;
  const variable = environment.nameOf('TOKEN');
  if (variable !== undefined && stored) {
    terminal.err(
      `WARNING! The ${variable} environment variable is set: it wins over the token that was stored. Unset it to use that one.\n\n`,
    );
  }
  if (formatOf(call) === 'table' && flags.text('field') === undefined) terminal.out(stored ? STORED : NOT_STORED);
}
