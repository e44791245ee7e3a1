/** The members of an answer's envelope that are shown. */
export interface Secret {
  readonly request_id?: string;
  readonly lease_id?: string;
  readonly lease_duration?: number;
  readonly renewable?: boolean;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly warnings?: readonly string[] | null;
  readonly auth?: Readonly<Record<string, unknown>> | null;
  readonly wrap_info?: Readonly<Record<string, unknown>> | null;
}

export type Row = readonly [name: string, value: unknown];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The envelope in an answer; start-up endpoints answer without one, there the whole body is the data. */
export function secretOf(body: unknown): Secret | undefined {
  if (!isRecord(body)) return undefined;
  return ['data', 'auth', 'wrap_info'].some((name) => name in body) ? body : { data: body };
}

export const keysOf = ({ data }: Secret): readonly string[] | undefined =>
  Array.isArray(data?.['keys']) ? data['keys'].map(String) : undefined;

/** All that a table shows and `-field` can name. */
export function rowsOf(secret: Secret): Row[] {
  const { auth, wrap_info: wrapped, data } = secret;
  if (wrapped) return wrappedRows(wrapped);
  if (auth) return authRows(auth);
  const rows = Object.entries(data ?? {}).map(([key, value]): Row => [key, humanValue(key, value)]);
  return [...leaseRows(secret), ...rows.sort(([a], [b]) => (a < b ? -1 : 1))];
}

function leaseRows({ lease_id: id, lease_duration: duration = 0, renewable }: Secret): Row[] {
  if (!id) return duration > 0 ? [['refresh_interval', humanDuration(duration)]] : [];
  return [
    ['lease_id', id],
    ['lease_duration', humanDuration(duration)],
    ['lease_renewable', renewable],
  ];
}

function authRows(auth: Readonly<Record<string, unknown>>): Row[] {
  const duration = Number(auth['lease_duration'] ?? 0);
  const metadata = isRecord(auth['metadata']) ? Object.entries(auth['metadata']) : [];
  return [
    ['token', auth['client_token']],
    ['token_accessor', auth['accessor']],
    ['token_duration', duration === 0 ? '∞' : humanDuration(duration)],
    ['token_renewable', auth['renewable']],
    ['token_policies', quoted(auth['token_policies'])],
    ['identity_policies', quoted(auth['identity_policies'])],
    ['policies', quoted(auth['policies'])],
    ...metadata.map(([key, value]): Row => [`token_meta_${key}`, value]),
  ];
}

const quoted = (names: unknown): string =>
  `[${(Array.isArray(names) ? names : []).map((name) => JSON.stringify(name)).join(' ')}]`;

function wrappedRows(wrapped: Readonly<Record<string, unknown>>): Row[] {
  const rows: Row[] = [
    ['wrapping_token:', wrapped['token']],
    ['wrapping_accessor:', wrapped['accessor']],
    ['wrapping_token_ttl:', humanDuration(Number(wrapped['ttl'] ?? 0))],
    ['wrapping_token_creation_time:', wrapped['creation_time']],
    ['wrapping_token_creation_path:', wrapped['creation_path']],
  ];
  return wrapped['wrapped_accessor'] ? [...rows, ['wrapped_accessor:', wrapped['wrapped_accessor']]] : rows;
}

const DURATION_KEY = /^(?:ttl|period|duration|lease_max|ttl_max)$|_(?:ttl|period|duration)$/;

/** Seconds as a person reads them, without empty parts: `768h`, `1h30m`, `45s`. */
export function humanDuration(seconds: number): string {
  if (seconds === 0) return '0s';
  const parts: Array<[number, string]> = [
    [Math.trunc(seconds / 3600), 'h'],
    [Math.trunc((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  return parts
    .filter(([amount]) => amount !== 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('');
}

/** A number under a key that tells of a duration is shown as one. */
const humanValue = (key: string, value: unknown): unknown =>
  typeof value === 'number' && DURATION_KEY.test(key) ? humanDuration(value) : value;
