import type { RequestOptions } from '@tidelock/client';
import { checkArguments, pathArgument } from '../call/arguments';
import { type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FIELD_FLAG, FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { requestData } from '../input/request-data';
import { cell } from '../output/columns';
import { printAnswer } from '../output/printer';
import { isFound, sendForResult } from '../session/result';
import { clientOf } from '../session/client-of';

export const read: Command = {
  usage: '[flags] PATH [key=value ...]',
  synopsis: 'Read data, configuration and secrets',
  details:
    '  $ tidelock read secret/data/app\n  $ tidelock read -field=version sys/health\n\n  Words after the path become query parameters.',
  flags: [...HTTP_FLAGS, FORMAT_FLAG, FIELD_FLAG],
  async run(call) {
    checkArguments(call, 1, Infinity);
    const path = pathArgument(call);
    const query = queryOf(await requestData(call.args.slice(1), call.terminal));
    const response = await during(`Error reading ${path}`, sendForResult(await clientOf(call), 'GET', path, { query }));
    if (isFound(response)) return printAnswer(call, response);
    call.terminal.err(`No value found at ${path}\n`);
    return EXIT.server;
  },
};

function queryOf(data: Readonly<Record<string, unknown>>): NonNullable<RequestOptions['query']> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Array.isArray(value) ? value.map(cell) : cell(value)]),
  );
}
