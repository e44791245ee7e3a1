import { isDeepStrictEqual } from 'node:util';
import { RawJson } from '@tidelock/kernel';
import type { Permissions } from './rule';

type Data = Readonly<Record<string, unknown>>;

/** Whether the rule lets these parameters through. Names are compared in lower case. */
export function parametersAllowed(permissions: Permissions, data: Data): boolean {
  const { allowed, denied, required } = permissions;
  if (required.length > 0 && !required.every((name) => Object.hasOwn(data, name))) return false;
  if (allowed.size === 0 && denied.size === 0) return true;
  const entries = Object.entries(data).map(([name, value]) => [name.toLowerCase(), value] as const);
  return entries.length === 0 || (noneDenied(permissions, entries) && allAllowed(permissions, entries));
}

type Entries = readonly (readonly [name: string, value: unknown])[];

function noneDenied({ denied }: Permissions, entries: Entries): boolean {
  if (denied.has('*')) return false;
  return entries.every(([name, value]) => {
    const values = denied.get(name);
    return values === undefined || !isAmong(value, values);
  });
}

function allAllowed({ allowed }: Permissions, entries: Entries): boolean {
  if (allowed.size === 0) return true;
  const others = allowed.has('*');
  return entries.every(([name, value]) => {
    const values = allowed.get(name);
    return values === undefined ? others : isAmong(value, values);
  });
}

const isAmong = (value: unknown, values: readonly unknown[]): boolean =>
  values.length === 0 || values.some((wanted) => isSame(wanted, value));

function isSame(wanted: unknown, value: unknown): boolean {
  if (typeof wanted === 'string' && typeof value === 'string') return matchesGlob(wanted, value);
  if (typeof wanted === 'number') return wanted === (value instanceof RawJson ? Number(value.text) : value);
  return isDeepStrictEqual(wanted, value);
}

/** `*` at the beginning, the end or both stands for any text; alone it is itself, as in Vault. */
function matchesGlob(glob: string, text: string): boolean {
  if (glob.length < 2) return glob === text;
  const [before, after] = [glob.startsWith('*'), glob.endsWith('*')];
  const literal = glob.slice(before ? 1 : 0, after ? -1 : undefined);
  if (before && after) return text.includes(literal);
  if (before) return text.endsWith(literal);
  return after ? text.startsWith(literal) : text === glob;
}
