/** A flag of a command: `switch` takes no value, `text` one, `texts` may be repeated. */
export interface FlagSpec {
  readonly kind: 'switch' | 'text' | 'texts';
  readonly help: string;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export interface ParsedFlags {
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** What is no flag, in order. */
  readonly args: readonly string[];
}

/** What is wrong with a command line: exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads flags as Go programs do: `-name`, `--name`, `-name=value`, `-name value`. Flags end at the first word that is none,
 * or at `--`.
 *
 * @throws {UsageError} for a flag that is not in the list, or lacks its value.
 */
export function parseFlags(argv: readonly string[], specs: FlagSpecs): ParsedFlags {
  const values: Record<string, string[]> = {};
  let at = 0;
  for (; at < argv.length; at += 1) {
    const word = argv[at] as string;
    if (word === '--') return { values, args: argv.slice(at + 1) };
    const match = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word);
    if (match === null) break;
    const [, name = '', inline] = match;
    const spec = specOf(specs, name);
    const value = inline ?? (spec.kind === 'switch' ? 'true' : argv[(at += 1)]);
    if (value === undefined) throw new UsageError(`flag needs an argument: -${name}`);
    values[name] = spec.kind === 'texts' ? [...(values[name] ?? []), value] : [value];
  }
  return { values, args: argv.slice(at) };
}

function specOf(specs: FlagSpecs, name: string): FlagSpec {
  const spec = specs[name];
  if (spec === undefined) throw new UsageError(`flag provided but not defined: -${name}`);
  return spec;
}

export const textFlag = ({ values }: ParsedFlags, name: string): string | undefined => values[name]?.at(-1);

export const switchFlag = ({ values }: ParsedFlags, name: string): boolean => {
  const value = values[name]?.at(-1);
  return value !== undefined && !/^(?:0|f|false)$/i.test(value);
};

/** The flags as `-help` lists them. */
export function helpOfFlags(specs: FlagSpecs): string {
  return Object.entries(specs)
    .map(([name, { kind, help }]) => `  -${name}${kind === 'switch' ? '' : '=<value>'}`.padEnd(30) + help)
    .join('\n');
}
