import { given } from '@tidelock/kernel';
import { ConfigError } from './config-error';

/** `tidelock server`'s own flags. */
export interface Flags {
  /** Files or folders, in order. */
  readonly config: readonly string[];
  readonly dev: boolean;
  readonly devRootTokenId?: string;
  readonly devListenAddress?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly help: boolean;
}

const SWITCHES = new Set(['dev', 'help', 'h']);
const VALUES = new Set(['config', 'dev-root-token-id', 'dev-listen-address', 'log-level', 'log-format']);

export const USAGE = `Usage: tidelock server [options]

  Starts a server with a configuration, or in development mode.

    $ tidelock server -config=/etc/tidelock/tidelock.hcl
    $ tidelock server -dev -dev-root-token-id=root

  -config=<path>               A file or a folder of .hcl and .json files; may be repeated.
  -dev                         Development mode: in memory, initialised, unsealed. Never for production.
  -dev-root-token-id=<id>      The root token of development mode.
  -dev-listen-address=<addr>   Where development mode listens. Default 127.0.0.1:8200.
  -log-level=<level>           trace, debug, info, warn or error. Default info.
  -log-format=<format>         standard or json. Default standard.
`;

/** Reads Go-style flags: one dash or two, \`=value\` or the next word. @throws {ConfigError} for what is none of ours. */
export function parseFlags(argv: readonly string[]): Flags {
  const values = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at += 1) {
    const match = /^--?([a-z][a-z-]*)(?:=([\s\S]*))?$/.exec(argv[at] as string);
    const [, name = '', inline] = match ?? [];
    if (SWITCHES.has(name)) values.set(name, [inline ?? 'true']);
    else if (VALUES.has(name)) add(values, name, inline ?? argv[(at += 1)]);
    else throw new ConfigError(`unknown argument "${argv[at]}"; "tidelock server -help" lists what there is`);
  }
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  return {
    config: values.get('config') ?? [],
    dev: isOn(last('dev')),
    help: isOn(last('help')) || isOn(last('h')),
    ...given({
      devRootTokenId: last('dev-root-token-id'),
      devListenAddress: last('dev-listen-address'),
      logLevel: last('log-level'),
      logFormat: last('log-format'),
    }),
  };
}

function add(values: Map<string, string[]>, name: string, value: string | undefined): void {
  if (value === undefined) throw new ConfigError(`flag -${name} needs a value`);
  values.set(name, [...(values.get(name) ?? []), value]);
}

const isOn = (value: string | undefined): boolean => value !== undefined && !/^(?:0|f|false)$/i.test(value);
