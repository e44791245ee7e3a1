import { checkArguments } from '../call/arguments';
import { type Command, EXIT } from '../call/command';
import { during } from '../output/failure';
import { FORMAT_FLAG, HTTP_FLAGS } from '../call/common-flags';
import { printData } from '../output/printer';
import { replicationTable } from '../output/replication-table';
import { clientOf } from '../session/client-of';

export const replicationStatus: Command = {
  usage: '[flags]',
  synopsis: 'Show how performance replication stands',
  details: '  Role, state, position, lag and the progress of a synchronisation. Needs no token.',
  flags: [...HTTP_FLAGS, FORMAT_FLAG],
  async run(call) {
    checkArguments(call, 0, 0);
    const { body } = await during(
      'Error reading the replication status',
      (await clientOf(call)).read('sys/replication/performance/status'),
    );
    const { data } = body as { data: Readonly<Record<string, unknown>> };
    printData(call, data, () => replicationTable(data));
    return EXIT.ok;
  },
};
