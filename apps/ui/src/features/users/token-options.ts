import { durationText } from '../../ui/duration-text';

/** What logins of a user give their tokens, as it stands in a form: texts, so that what is half written is kept. */
export interface TokenOptions {
  readonly token_policies: string;
  readonly token_ttl: string;
  readonly token_max_ttl: string;
  readonly token_explicit_max_ttl: string;
  readonly token_period: string;
  readonly token_num_uses: string;
  readonly token_bound_cidrs: string;
  readonly token_type: string;
  readonly token_no_default_policy: boolean;
}

export const TOKEN_TYPES = ['default', 'service', 'batch', 'default-service', 'default-batch'] as const;

const LISTS = ['token_policies', 'token_bound_cidrs'] as const;
const DURATIONS = ['token_ttl', 'token_max_ttl', 'token_explicit_max_ttl', 'token_period'] as const;

type Sent = Readonly<Record<string, unknown>>;

/** @param data what the API tells of a user; none: as a new one has them. */
export function tokenOptionsOf(data: Sent = {}): TokenOptions {
  const list = (name: string): string => (Array.isArray(data[name]) ? (data[name] as unknown[]).join(', ') : '');
  const duration = (name: string): string => durationText(data[name]);
  const uses = data['token_num_uses'];
  return {
    token_policies: list('token_policies'),
    token_bound_cidrs: list('token_bound_cidrs'),
    token_ttl: duration('token_ttl'),
    token_max_ttl: duration('token_max_ttl'),
    token_explicit_max_ttl: duration('token_explicit_max_ttl'),
    token_period: duration('token_period'),
    token_num_uses: typeof uses === 'number' && uses !== 0 ? String(uses) : '',
    token_type: typeof data['token_type'] === 'string' ? data['token_type'] : 'default',
    token_no_default_policy: data['token_no_default_policy'] === true,
  };
}

/** Only what was changed is sent: the rest may have been changed by somebody else meanwhile. */
export function changesOf(before: TokenOptions, after: TokenOptions): Sent {
  const names = Object.keys(before) as (keyof TokenOptions)[];
  return Object.fromEntries(
    names.filter((name) => before[name] !== after[name]).map((name) => [name, sent(name, after)]),
  );
}

function sent(name: keyof TokenOptions, options: TokenOptions): unknown {
  const value = options[name];
  if (typeof value !== 'string') return value;
  if (isOneOf(LISTS, name)) return namesIn(value);
  if (value.trim() === '' && (isOneOf(DURATIONS, name) || name === 'token_num_uses')) return 0;
  return /^\d+$/.test(value.trim()) ? Number(value) : value.trim();
}

/** Names in a text, with commas or spaces between them. */
export const namesIn = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);
