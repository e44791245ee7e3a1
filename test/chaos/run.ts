import { parseArgs } from 'node:util';
import { runChaos } from './chaos';

/** npm run test:chaos -- [--seed N] [--minutes M] */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string', default: '5' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  const minutes = Number(values.minutes);
  if (!Number.isSafeInteger(seed) || !(minutes > 0))
    throw new Error('usage: npm run test:chaos -- [--seed <integer>] [--minutes <number>]');
  console.log(`seed ${seed}, ${minutes} minutes`);
  const { failure, summary, faults, operations } = await runChaos({ seed, minutes, log: console.log });
  console.log(`\n${summary}\n`);
  if (failure) console.log(failure);
  console.log(
    `seed ${seed}: ${faults} faults, ${operations} operations: ${failure ? 'FAILED' : 'every promise was kept'}`,
  );
  // A fault that failed may leave a step behind that is still tried.
  process.exit(failure ? 1 : 0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
