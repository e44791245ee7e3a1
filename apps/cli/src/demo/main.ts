import { ApiError } from '@tidelock/client';
import { reasonOf } from '@tidelock/kernel';
import { Environment } from '../config/environment';
import { failureText } from '../output/failure';
import { demoOptions, USAGE } from './options';
import { ReplicationSet } from './replication-set';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm start`: exit code 0 after a Ctrl-C or `--once`, 1 with the reason when a step fails. */
async function main(argv: readonly string[]): Promise<void> {
  const options = demoOptions(argv);
  if (options.help) return say(USAGE);
  const set = new ReplicationSet(say);
  const interrupted = untilInterrupted();
  try {
    const started = set.start(options);
    if (await isOver(interrupted, started)) return;
    if (options.once) return;
    say('\nPress Ctrl-C to stop everything.');
    const failure = await Promise.race([interrupted, set.failure()]);
    if (failure !== undefined) throw new Error(failure);
  } finally {
    say('Stopping');
    await set.stop();
  }
}

/** Whether the person stopped it before it was up. */
async function isOver(interrupted: Promise<void>, started: Promise<void>): Promise<boolean> {
  started.catch(() => undefined);
  return Promise.race([interrupted.then(() => true), started.then(() => false)]);
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `npm start failed: ${error instanceof ApiError ? failureText(error, new Environment(process.env)) : reasonOf(error)}\n`,
    );
    process.exit(1);
  },
);
