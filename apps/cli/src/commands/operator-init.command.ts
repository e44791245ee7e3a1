import { checkArguments } from '../call/arguments';
import { type Call, type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { printData } from '../output/printer';
import { clientOf } from '../session/client-of';

const DEFAULT_SHARES = 5;
const DEFAULT_THRESHOLD = 3;
const NOT_INITIALIZED = 2;

interface InitAnswer {
  readonly keys: readonly string[];
  readonly keys_base64: readonly string[];
  readonly root_token: string;
}

export const operatorInit: Command = {
  usage: '[flags]',
  synopsis: 'Initialise a server',
  details:
    '  Prints the unseal keys and the first root token: they cannot be shown again.\n\n  $ tidelock operator init -key-shares=5 -key-threshold=3',
  flags: [
    ...HTTP_FLAGS,
    FORMAT_FLAG,
    { name: 'key-shares', aliases: ['n'], kind: 'number', help: `Unseal keys to make. Default ${DEFAULT_SHARES}.` },
    {
      name: 'key-threshold',
      aliases: ['t'],
      kind: 'number',
      help: `How many of them unseal. Default ${DEFAULT_THRESHOLD}.`,
    },
    { name: 'status', kind: 'boolean', help: 'Only tell: exit code 0 initialised, 2 not, 1 error.' },
  ],
  async run(call) {
    checkArguments(call, 0, 0);
    return call.flags.boolean('status') ? tell(call) : initialise(call);
  },
};

async function tell(call: Call): Promise<number> {
  const { body } = await during('Error checking init status', (await clientOf(call)).read('sys/init'));
  const { initialized } = body as { initialized: boolean };
  printData(call, { Initialized: initialized }, () =>
    initialized ? 'Vault is initialized\n' : 'Vault is not initialized\n',
  );
  return initialized ? EXIT.ok : NOT_INITIALIZED;
}

async function initialise(call: Call): Promise<number> {
  const shares = call.flags.number('key-shares') ?? DEFAULT_SHARES;
  const threshold = call.flags.number('key-threshold') ?? DEFAULT_THRESHOLD;
  const order = { secret_shares: shares, secret_threshold: threshold };
  const { body } = await during('Error initializing', (await clientOf(call, { token: '' })).write('sys/init', order));
  const { keys, keys_base64: encoded, root_token: rootToken } = body as InitAnswer;
  const document = {
    unseal_keys_b64: encoded,
    unseal_keys_hex: keys,
    unseal_shares: shares,
    unseal_threshold: threshold,
    recovery_keys_b64: [],
    recovery_keys_hex: [],
    recovery_keys_shares: 0,
    recovery_keys_threshold: 0,
    root_token: rootToken,
  };
  printData(call, document, () => report(encoded, rootToken, shares, threshold));
  return EXIT.ok;
}

function report(keys: readonly string[], rootToken: string, shares: number, threshold: number): string {
  const lines = keys.map((key, at) => `Unseal Key ${at + 1}: ${key}`);
  return [
    ...lines,
    '',
    `Initial Root Token: ${rootToken}`,
    '',
    `Initialised with ${shares} unseal key(s), ${threshold} of which unseal. Give them to different people and keep`,
    `them apart: whenever the server is started or sealed, ${threshold} of them are needed, and nobody can make them again.`,
    '',
  ].join('\n');
}
