import { type BodyClass, fieldsOf } from './fields/field';

/** Of a stored record of parameters: the old names under which clients wrote some of them. Answers have these names, too, as Vault's have. */
export interface WithOldNames {
  readonly old_names?: readonly string[];
}

/** The old names after a write: the last write of a parameter decides, and one that sent both names counts as old. */
export function oldNamesAfter(
  bodyClass: BodyClass,
  raw: Readonly<Record<string, unknown>>,
  { old_names: before = [] }: WithOldNames = {},
): readonly string[] {
  const isSent = (name: string): boolean => Object.hasOwn(raw, name) && raw[name] !== null && raw[name] !== undefined;
  const names = new Set(before);
  for (const { name, aliases } of fieldsOf(bodyClass)) {
    for (const alias of aliases) {
      if (isSent(alias)) names.add(alias);
      else if ([name, ...aliases].some(isSent)) names.delete(alias);
    }
  }
  return [...names].sort();
}

/** The parameters that were written under old names, by these. Times of 0 and empty lists are left out. */
export function underOldNames(bodyClass: BodyClass, record: object & WithOldNames): Record<string, unknown> {
  const values = record as Readonly<Record<string, unknown>>;
  const found = fieldsOf(bodyClass).flatMap(({ name, aliases }) =>
    aliases.map((alias) => [alias, values[name]] as const),
  );
  return Object.fromEntries(found.filter(([alias, value]) => record.old_names?.includes(alias) && isGiven(value)));
}

const isGiven = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));
