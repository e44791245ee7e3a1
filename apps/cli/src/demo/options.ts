import { type Flag, parseFlags } from '../call/parse-flags';
import { LocalError } from '../call/local-error';

const PORTS = [
  'primary-port',
  'secondary-port',
  'primary-cluster-port',
  'secondary-cluster-port',
  'kafka-port',
] as const;
const FLAGS: readonly Flag[] = [
  { name: 'once', kind: 'boolean', help: 'Stop everything and end with 0 when all has been shown.' },
  { name: 'help', aliases: ['h'], kind: 'boolean', help: 'Show this text.' },
  ...PORTS.map((name): Flag => ({ name, kind: 'number', help: 'Default: a free one.' })),
];

export const USAGE = `Usage: npm start [-- --once] [--primary-port=N] [--secondary-port=N] …

  Starts Apache Kafka, a primary and a secondary in development mode on this machine, and replication between them.

${FLAGS.map(({ name, help }) => `    --${name.padEnd(26)}${help}`).join('\n')}
`;

export interface DemoOptions {
  readonly once: boolean;
  readonly help: boolean;
  /** Ports asked for; the others are chosen free. */
  readonly ports: Readonly<Partial<Record<(typeof PORTS)[number], number>>>;
}

/** @throws {LocalError} for an option there is not, a word, or a port that is none or asked for twice. */
export function demoOptions(argv: readonly string[]): DemoOptions {
  const { flags, args } = parseFlags(FLAGS, argv);
  if (args.length > 0) throw new LocalError(`unknown argument ${JSON.stringify(args[0])}`);
  const given = PORTS.flatMap((name) => {
    const port = flags.number(name);
    return port === undefined ? [] : [[name, port] as const];
  });
  for (const [name, port] of given)
    if (port < 1 || port > 65_535) throw new LocalError(`--${name}=${port}: expected 1 to 65535`);
  if (new Set(given.map(([, port]) => port)).size < given.length)
    throw new LocalError('every port can be given to one server only');
  return {
    once: flags.boolean('once') ?? false,
    help: flags.boolean('help') ?? false,
    ports: Object.fromEntries(given),
  };
}
