import { LocalError } from './local-error';

/** One flag of a command. */
export interface Flag {
  readonly name: string;
  /** Other names of the same flag. */
  readonly aliases?: readonly string[];
  /** `boolean` takes a value after `=` only; `texts` may be repeated. */
  readonly kind: 'boolean' | 'text' | 'texts' | 'number';
  readonly help: string;
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** What the flags of a call say. Asking for a flag that the command does not have gives "not set". */
export class FlagValues {
  constructor(private readonly given: ReadonlyMap<string, readonly string[]>) {}

  /** The last value wins. */
  text(name: string): string | undefined {
    return this.given.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] {
    return this.given.get(name) ?? [];
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : TRUE.has(text);
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }
}

export interface ParsedLine {
  readonly flags: FlagValues;
  readonly args: readonly string[];
}

/**
 * Reads flags as Go's flag package does: one dash or two, `-name=value` or `-name value`, switches as `-f` or `-f=false`.
 * The first word that is no flag ends them, and so does `--`; `-` alone is a word.
 *
 * @throws {LocalError} for an unknown flag, a missing or a wrong value.
 */
export function parseFlags(known: readonly Flag[], words: readonly string[]): ParsedLine {
  const given = new Map<string, string[]>();
  let at = 0;
  while (at < words.length) {
    const word = words[at] as string;
    if (word === '--') return { flags: new FlagValues(given), args: words.slice(at + 1) };
    const match = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(word);
    if (match === null) break;
    const flag = find(known, match[1] as string);
    const { value, taken } = valueOf(flag, match[2], words[at + 1]);
    given.set(flag.name, [...(given.get(flag.name) ?? []), value]);
    at += taken;
  }
  return { flags: new FlagValues(given), args: words.slice(at) };
}

function find(known: readonly Flag[], name: string): Flag {
  const flag = known.find((one) => one.name === name || one.aliases?.includes(name));
  if (flag === undefined) throw new LocalError(`flag provided but not defined: -${name}`);
  return flag;
}

function valueOf(flag: Flag, inline: string | undefined, next: string | undefined): { value: string; taken: number } {
  if (flag.kind === 'boolean') return { value: checked(flag, inline ?? 'true'), taken: 1 };
  if (inline !== undefined) return { value: checked(flag, inline), taken: 1 };
  if (next === undefined) throw new LocalError(`flag needs an argument: -${flag.name}`);
  return { value: checked(flag, next), taken: 2 };
}

function checked({ kind, name }: Flag, value: string): string {
  const wrong =
    (kind === 'boolean' && !TRUE.has(value) && !FALSE.has(value)) || (kind === 'number' && !/^-?\d+$/.test(value));
  if (wrong) throw new LocalError(`invalid value ${JSON.stringify(value)} for flag -${name}: expected a ${kind}`);
  return value;
}
