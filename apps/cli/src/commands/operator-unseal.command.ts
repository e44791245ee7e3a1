import { checkArguments } from '../call/arguments';
import { type Call, type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { secretInput } from '../input/secret-input';
import { printData } from '../output/printer';
import { sealStatusTable } from '../output/seal-status';
import { clientOf } from '../session/client-of';

export const operatorUnseal: Command = {
  usage: '[flags] [KEY]',
  synopsis: 'Give a server one of its unseal keys',
  details: '  Without KEY it is asked for and not shown; "-" takes it from the standard input.',
  flags: [
    ...HTTP_FLAGS,
    FORMAT_FLAG,
    { name: 'reset', kind: 'boolean', help: 'Forget the keys given so far.' },
    { name: 'migrate', kind: 'boolean', help: 'The key takes part in a migration of the seal.' },
  ],
  async run(call) {
    checkArguments(call, 0, 1);
    const order = await orderOf(call);
    const { body } = await during('Error unsealing', (await clientOf(call, { token: '' })).write('sys/unseal', order));
    const status = body as Readonly<Record<string, unknown>>;
    printData(call, status, () => sealStatusTable(status));
    return EXIT.ok;
  },
};

export const operatorSeal: Command = {
  usage: '[flags]',
  synopsis: 'Seal a server',
  details: '  It answers no requests until it is unsealed again.',
  flags: HTTP_FLAGS,
  async run(call) {
    checkArguments(call, 0, 0);
    await during('Error sealing', (await clientOf(call)).write('sys/seal'));
    call.terminal.out('Success! Vault is sealed.\n');
    return EXIT.ok;
  },
};

async function orderOf(call: Call): Promise<Readonly<Record<string, unknown>>> {
  if (call.flags.boolean('reset')) return { reset: true };
  const key = await secretInput(call, call.args[0], 'Unseal Key (will be hidden): ');
  return { key, ...(call.flags.boolean('migrate') && { migrate: true }) };
}
