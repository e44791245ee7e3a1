import { stringifyJson } from '@tidelock/kernel';
import { UsageError } from '../flags/parse-flags';
import { type Members, render, table } from './format';

export interface PrintOptions {
  readonly format: string;
  /** Only this member. */
  readonly field?: string;
}

/** Vault's envelope, as far as it is shown. */
interface Envelope {
  readonly lease_id?: string;
  readonly lease_duration?: number;
  readonly renewable?: boolean;
  readonly data?: Members | null;
  readonly auth?: Members | null;
  readonly wrap_info?: Members | null;
  readonly warnings?: readonly string[] | null;
}

/** An answer of the API on standard output, its warnings on standard error. @throws {UsageError} for a field it lacks. */
export function printSecret(body: unknown, { format, field }: PrintOptions): void {
  const envelope = body as Envelope;
  if (field !== undefined) return void process.stdout.write(`${fieldOf(envelope, field)}\n`);
  if (format === 'table') for (const warning of envelope.warnings ?? []) process.stderr.write(`WARNING! ${warning}\n\n`);
  process.stdout.write(`${render(format, body, () => table(rowsOf(envelope)))}\n`);
}

function rowsOf({ wrap_info: wrap, auth, data, lease_id: leaseId, lease_duration: duration, renewable }: Envelope): [string, unknown][] {
  if (wrap) return Object.entries(wrap).map(([key, value]) => [`wrapping_${key}:`, value]);
  if (auth) return authRows(auth);
  const lease: [string, unknown][] = leaseId ? [['lease_id', leaseId], ['lease_duration', `${duration}s`], ['lease_renewable', renewable]] : [];
  return [...lease, ...Object.entries(data ?? {})];
}

function authRows(auth: Members): [string, unknown][] {
  const names = ['policies', 'token_policies', 'identity_policies'];
  const metadata = Object.entries((auth['metadata'] as Members | null) ?? {}).map(([key, value]): [string, unknown] => [`token_meta_${key}`, value]);
  return [
    ['token', auth['client_token']],
    ['token_accessor', auth['accessor']],
    ['token_duration', Number(auth['lease_duration']) === 0 ? '∞' : `${String(auth['lease_duration'])}s`],
    ['token_renewable', auth['renewable']],
    ...names.filter((name) => auth[name] !== undefined).map((name): [string, unknown] => [name, JSON.stringify(auth[name])]),
    ...metadata,
  ];
}

function fieldOf(envelope: Envelope, field: string): string {
  const places: (Members | null | undefined)[] = [envelope.data, envelope.auth, envelope.wrap_info, envelope as Members];
  const aliases: Readonly<Record<string, string>> = { token: 'client_token', wrapping_token: 'token', token_accessor: 'accessor' };
  for (const name of [field, aliases[field]]) {
    const value = name && places.find((place) => place?.[name] !== undefined && place[name] !== null)?.[name];
    if (value !== undefined && value !== '') return typeof value === 'string' ? value : stringifyJson(value);
  }
  throw new UsageError(`Field "${field}" not present in secret`);
}
