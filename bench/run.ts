import { cpus, totalmem } from 'node:os';
import { startKafka } from '@tidelock/dev-kafka';
import { benchMerkle } from './merkle';
import { benchReplication } from './replication';
import { benchSingleNode } from './single-node';
import { benchStart } from './start';
import { benchUi } from './ui';

/** `npm run bench [-- start|single|replication|merkle|ui]`: prints tables of what was measured beside what is to be reached. */
async function main(which: string | undefined): Promise<void> {
  console.log(
    `Machine: ${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  );
  if (which === 'merkle') return benchMerkle();
  if (which === undefined || which === 'start') await benchStart();
  if (which === 'start') return;
  const kafka = await startKafka();
  try {
    if (which === 'ui') return await benchUi(kafka.brokers);
    if (which !== 'replication') await benchSingleNode(kafka.brokers);
    if (which !== 'single') await benchReplication(kafka.brokers);
  } finally {
    await kafka.stop();
  }
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
