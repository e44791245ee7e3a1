import { checkArguments } from '../call/arguments';
import { type Command, EXIT } from '../call/command';
import { failureText } from '../output/failure';
import { FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { LocalError } from '../call/local-error';
import { printData } from '../output/printer';
import { sealStatusTable } from '../output/seal-status';
import { clientOf } from '../session/client-of';

const SEALED = 2;

export const status: Command = {
  usage: '[flags]',
  synopsis: 'Show whether a server is sealed',
  details: '  Exit codes: 0 unsealed, 1 error, 2 sealed.',
  flags: [...HTTP_FLAGS, FORMAT_FLAG],
  async run(call) {
    checkArguments(call, 0, 0);
    // Asked again and again by scripts: they want the state of now, at once.
    const client = await clientOf(call, { maxRetries: 0 });
    const { body } = await client.read('sys/seal-status').catch((error: unknown) => {
      throw new LocalError(`Error checking seal status: ${failureText(error, call.environment)}`);
    });
    const seal = body as Readonly<Record<string, unknown>>;
    printData(call, seal, () => sealStatusTable(seal));
    return seal['sealed'] === true ? SEALED : EXIT.ok;
  },
};
