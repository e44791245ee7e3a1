import { checkArguments, pathArgument } from '../call/arguments';
import { type Call, type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FIELD_FLAG, FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { requestData } from '../input/request-data';
import { LocalError } from '../call/local-error';
import { formatOf, printAnswer } from '../output/printer';
import { clientOf } from '../session/client-of';

export const write: Command = {
  usage: '[flags] PATH [key=value ...]',
  synopsis: 'Write data, configuration and secrets',
  details:
    '  $ tidelock write auth/userpass/users/tester password=changeme policies=superuser\n' +
    '  $ tidelock write sys/policies/acl/app policy=@app.hcl\n' +
    '  $ tidelock write secret/data/app @data.json\n' +
    '  $ tidelock write -f sys/replication/performance/primary/enable\n\n' +
    '  A value "@file" is read from a file, "-" from the standard input; "\\@" begins a value with "@".\n' +
    '  "@file" or "-" alone is a whole JSON object.',
  flags: [
    ...HTTP_FLAGS,
    FORMAT_FLAG,
    FIELD_FLAG,
    { name: 'force', aliases: ['f'], kind: 'boolean', help: 'Write without any data.' },
  ],
  async run(call) {
    checkArguments(call, 1, Infinity);
    if (call.args.length === 1 && !call.flags.boolean('force')) throw new LocalError('Must supply data or use -force');
    const path = pathArgument(call);
    const data = await requestData(call.args.slice(1), call.terminal);
    const response = await during(`Error writing data to ${path}`, (await clientOf(call)).write(path, data));
    return response.body === undefined ? done(call, `Success! Data written to: ${path}`) : printAnswer(call, response);
  },
};

export const remove: Command = {
  usage: '[flags] PATH [key=value ...]',
  synopsis: 'Delete secrets and configuration',
  details: '  $ tidelock delete secret/data/app',
  flags: [...HTTP_FLAGS, FORMAT_FLAG, FIELD_FLAG],
  async run(call) {
    checkArguments(call, 1, Infinity);
    const path = pathArgument(call);
    const data = await requestData(call.args.slice(1), call.terminal);
    const query = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
    const response = await during(`Error deleting ${path}`, (await clientOf(call)).request('DELETE', path, { query }));
    return response.body === undefined
      ? done(call, `Success! Data deleted (if it existed) at: ${path}`)
      : printAnswer(call, response);
  },
};

/** For people; programs that asked for a format get nothing where there is nothing. */
function done(call: Call, text: string): number {
  if (call.flags.text('field') !== undefined)
    throw new LocalError(`Field "${call.flags.text('field')}" not present in secret`);
  if (formatOf(call) === 'table') call.terminal.out(`${text}\n`);
  return EXIT.ok;
}
