import { checkArguments, folderArgument } from '../call/arguments';
import { type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { formatOf, printKeys, printWarnings } from '../output/printer';
import { keysOf, secretOf } from '../output/secret';
import { clientOf } from '../session/client-of';
import { sendForResult } from '../session/result';

export const list: Command = {
  usage: '[flags] PATH',
  synopsis: 'List what lies below a path',
  details: '  $ tidelock list secret/metadata',
  flags: [...HTTP_FLAGS, FORMAT_FLAG],
  async run(call) {
    checkArguments(call, 1, 1);
    const path = folderArgument(call);
    const response = await during(`Error listing ${path}`, sendForResult(await clientOf(call), 'LIST', path));
    const secret = secretOf(response.body) ?? {};
    const keys = response.status === 404 ? undefined : keysOf(secret);
    if (formatOf(call) === 'table') printWarnings(call, secret.warnings);
    if (keys !== undefined && keys.length > 0) return printKeys(call, response, keys);
    if (formatOf(call) === 'table') call.terminal.err(`No value found at ${path}\n`);
    else call.terminal.out('{}\n');
    return EXIT.server;
  },
};
