import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { reasonOf } from '@tidelock/kernel';
import { ConfigError, loadConfig, type LoadedConfig, parseFlags, USAGE } from './config';
import { Loggers } from './logging/loggers';
import { PinoLogger } from './logging/pino-logger';
import type { NodeSettings } from './node/node-settings';
import { writePidFile } from './node/pid-file';
import { VERSION } from './node/version';
import { TidelockServer } from './tidelock-server';

/**
 * Percent by which the heap may grow until it is collected as a whole. Buffers lie outside it and count all the same: by its own measure V8 collected
 * a heap of 50 MB for every 20 MB of a first copy, for a third of the CPU.
 */
setFlagsFromString('--heap-growing-percent=200');

void main(process.argv.slice(2));

/** `tidelock server`: exit code 0 after a stop, 1 when it cannot start. */
async function main(argv: readonly string[]): Promise<void> {
  const args = argv[0] === 'server' ? argv.slice(1) : argv;
  try {
    if (parseFlags(args).help) return void process.stdout.write(USAGE);
    await run(loadConfig(args, process.env));
  } catch (error) {
    const prefix = error instanceof ConfigError ? 'Error in the configuration' : 'Error starting the server';
    process.stderr.write(`${prefix}: ${reasonOf(error)}\n`);
    process.exit(1);
  }
}

async function run({ settings, ignored, warnings }: LoadedConfig): Promise<void> {
  // Nobody may be reading our output, and whoever reads may go: that is no reason to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const logger = new PinoLogger(settings.log.level, settings.log.format, settings.log.file);
  const { withoutMeaning, unsupported } = ignored;
  if (withoutMeaning.length > 0)
    logger.warn('these keys of the configuration have no meaning here', { keys: withoutMeaning.join(', ') });
  if (unsupported.length > 0)
    logger.warn('these keys of the configuration are not supported and have no effect', {
      keys: unsupported.join(', '),
    });
  for (const { message, facts } of warnings) logger.warn(message, facts);
  const server = await TidelockServer.start(settings, new Loggers(logger, settings.log.level));
  if (settings.pidFile) await keepPidFile(settings.pidFile, server);
  process.on('SIGHUP', () => void reload(server, logger));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, logger, signal));
  announce(settings, await developmentFacts(server, settings));
}

/** Written once the server has its store and its ports: the file of one that runs already is not touched. Removed however the process ends by itself. */
async function keepPidFile(path: string, server: TidelockServer): Promise<void> {
  try {
    process.once('exit', writePidFile(path));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function reload(server: TidelockServer, logger: PinoLogger): Promise<void> {
  try {
    logger.reopen();
    await server.reload();
  } catch (error) {
    logger.error('reloading failed', { reason: reasonOf(error) });
  }
}

async function stop(server: TidelockServer, logger: PinoLogger, signal: string): Promise<void> {
  logger.info('stopping', { signal });
  await server.stop().catch((error: unknown) => logger.error('the stop was not clean', { reason: reasonOf(error) }));
  process.exit(0);
}

function developmentFacts(server: TidelockServer, { development }: NodeSettings) {
  return development === undefined ? undefined : server.prepareDevelopment(development.rootToken);
}

function announce(settings: NodeSettings, development: { rootToken: string; unsealKey: string } | undefined): void {
  const lines = [
    `==> Tidelock server configuration:\n`,
    `             Api Address: ${settings.apiAddr || 'none ("api_addr" is not set)'}`,
    ...settings.listeners.map(
      ({ host, port, tls }) => `                Listener: ${host}:${port}, ${tls ? 'TLS' : 'plain HTTP'}`,
    ),
    `         Cluster Address: ${settings.clusterAddr}`,
    `                 Storage: ${settings.storage.kind}`,
    `                  Broker: ${settings.broker?.brokers.join(', ') ?? 'none'}`,
    `                 Version: Tidelock v${VERSION.own} (Vault API ${VERSION.api.split('+')[0]})\n`,
    '==> Tidelock server started! Log data will stream in below:\n',
  ];
  if (development) lines.push(...developmentLines(settings.apiAddr, development));
  process.stdout.write(`${lines.join('\n')}\n`);
}

const developmentLines = (
  address: string,
  { rootToken, unsealKey }: { rootToken: string; unsealKey: string },
): string[] => [
  'WARNING! Development mode is enabled: the store is in memory, and everything is gone when the server stops.\n',
  'You may need to set the following environment variable:\n',
  `    $ export VAULT_ADDR='${address}'\n`,
  'The unseal key and root token are displayed below in case you want to seal/unseal or log in again.\n',
  `Unseal Key: ${unsealKey}`,
  `Root Token: ${rootToken}\n`,
];
